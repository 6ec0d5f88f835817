package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.Behaviour
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.MisbehavingOrigin
import io.longhaul.testkit.TestNode
import java.time.Duration
import java.time.Instant
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicInteger
import scala.jdk.CollectionConverters._
import scala.util.Using

/** A remote host says how fast it may be asked, and everybody keeps to it; nobody else waits for it. */
class HostsSpec extends NodeSpec {

  private val content = new Content(81, 200000)

  Feature("429 and 503") {

    Scenario("with Retry-After: every job waits for that host until then, and only for that host") {
      Using.resource(new MisbehavingOrigin()) { shy =>
        Given("a job of two files that has begun with the first")
        val first = shy.on("/first.bin", Behaviours.hangsAfter(content, 100000))
        val second = shy.on("/second.bin", Behaviours.file(content))
        val running =
          alice.create(job(Seq(file(shy.url("/first.bin"), "first.bin"), file(shy.url("/second.bin"), "second.bin"))))
        first.awaitSent(100000)

        When("the host asks another job to wait")
        val begun = Instant.now()
        shy.on("/asks.bin", Behaviours.status(429, "Retry-After: 4"), Behaviours.file(content))
        val asked = alice.create(job(Seq(file(shy.url("/asks.bin"), "asks.bin"))))
        alice.awaitState(asked, "TRANSIENT_ERROR")
        val third = shy.on("/third.bin", Behaviours.file(content))
        val waiting = alice.create(job(Seq(file(shy.url("/third.bin"), "third.bin"))))
        first.release()

        Then("the others do not ask it for anything, and say until when")
        for (id <- Seq(running, waiting)) {
          val reason = reasonOf(id, "HOST_RETRY_AFTER")
          assert(reason.path("detail").asText == s"${shy.host} answered 429 and asks to wait 4 s.")
          val until = Instant.parse(reason.path("until").asText)
          assert(until.isAfter(begun.plusMillis(3900)) && until.isBefore(begun.plusSeconds(10)))
          assert(state(id) == "QUEUED")
        }

        And("the list of hosts says so too")
        val host = alice.get(s"/v1/hosts/${shy.host}").json
        assert(host.path("limit").asInt == 0 && host.path("closed").path("code").asText == "HOST_RETRY_AFTER")
        assert(host.path("queued").asInt == 2 && host.path("running").asInt == 0)
        assert(host.path("requests").asInt == 2 && host.path("errorRate").asDouble == 0.5)
        val listed = alice.get("/v1/hosts").json.path("hosts").elements.asScala.toSeq
        assert(listed.exists(_.path("name").asText == shy.host))

        And("a job of another host goes by")
        origin.put("/by.bin", content)
        alice.awaitState(alice.create(job(Seq(file(origin.url("/by.bin"), "by.bin")))), "TRANSFERRED")
        assert(second.requests.isEmpty && third.requests.isEmpty)

        And("when the time has come all are transferred, and only one of them has failed, once")
        Seq(running, waiting, asked).foreach(alice.awaitState(_, "TRANSFERRED"))
        assert(Duration.between(begun, Instant.now()).toMillis >= 4000)
        assert(Seq(running, waiting, asked).map(alice.job(_).path("errorCount").asInt) == Seq(0, 0, 1))
        assert(second.requests.size == 1 && third.requests.size == 1)
      }
    }

    Scenario("without: the host is asked by fewer at once, and by more again once it answers well") {
      Using.resource(new MisbehavingOrigin()) { weak =>
        val refusals = 4
        val asked = new AtomicInteger
        val whole = Behaviours.file(new Content(82, 1000))
        val weakly: Behaviour = (request, reply) =>
          if (asked.incrementAndGet() <= refusals) Behaviours.status(503).answer(request, reply)
          else whole.answer(request, reply)
        def limit = alice.get(s"/v1/hosts/${weak.host}").json.path("limit").asInt

        Given("120 jobs of a host whose first answers are 503")
        val ids = (1 to 120).map { n =>
          weak.on(s"/$n", weakly)
          alice.create(job(Seq(file(weak.url(s"/$n"), s"weak/$n"))))
        }

        Then("it has fewer than the 32 connections that it may have at most, and all are transferred")
        val fewer = alice.until[Int](() => limit, _ < 32)
        ids.foreach(alice.awaitState(_, "TRANSFERRED"))
        assert(asked.get == ids.size + refusals)

        And("it gets more from second to second")
        alice.until[Int](() => limit, _ > fewer)
      }
    }
  }

  Feature("A block") {

    Scenario("stops what runs within two seconds, burns no attempt, and ends when it is taken back") {
      Using.resource(new MisbehavingOrigin()) { bad =>
        val script = bad.on("/held.bin", Behaviours.trickles(content, 2000, 100), Behaviours.file(content))
        val running = alice.create(job(Seq(file(bad.url("/held.bin"), "held.bin"))))
        script.awaitSent(10000)
        alice.awaitState(running, "TRANSFERRING")
        bad.on("/moved.bin", Behaviours.file(content))
        misbehaving.on("/redirects.bin", Behaviours.redirect(302, bad.url("/moved.bin")))

        When("an operator blocks the host")
        val told = System.nanoTime()
        assert(alice.put(s"/v1/hosts/${bad.host}/block", """{"reason": "maintenance"}""").status == 200)
        alice.until[Int](() => bad.connections, _ == 0)
        assert((System.nanoTime() - told) / 1e9 < 2)

        Then("its jobs wait, also one that a redirect leads there, and say why")
        val redirected = alice.create(job(Seq(file(misbehaving.url("/redirects.bin"), "redirected.bin"))))
        for (id <- Seq(running, redirected)) {
          assert(reasonOf(id, "HOST_BLOCKED").path("detail").asText == s"${bad.host} is blocked by alice: maintenance.")
          assert(alice.job(id).path("state").asText == "QUEUED")
          assert(alice.job(id).path("errorCount").asInt == 0)
        }
        alice.until[String](
          () => alice.get(s"/v1/hosts/${bad.host}").json.path("closed").path("code").asText,
          _ == "HOST_BLOCKED")
        origin.put("/beside.bin", content)
        alice.awaitState(alice.create(job(Seq(file(origin.url("/beside.bin"), "beside.bin")))), "TRANSFERRED")
        assert(script.requests.size == 1)

        And("they go on when it is taken back, at the byte that had come")
        assert(alice.delete(s"/v1/hosts/${bad.host}/block").status == 204)
        Seq(running, redirected).foreach(alice.awaitState(_, "TRANSFERRED"))
        assert(script.ranges.get(1).matches("bytes=[1-9][0-9]{3,}-"))
        assert(alice.get("/v1/audit").json.path("lines").path(0).path("action").asText == "HOST_UNBLOCKED")
      }
    }
  }

  Feature("Addresses that may be fetched from") {

    Scenario("others are refused, and the audit says who wanted what of them") {
      Using.resource(TestNode.start("""longhaul.transfer.allowed-addresses = ["127.0.0.1"]""")) { careful =>
        Using.resource(careful.client("alice")) { client =>
          val forbidden = s"127.0.0.2:${misbehaving.port}"
          origin.put("/fine.bin", content)
          misbehaving.on("/away.bin", Behaviours.redirect(302, s"http://$forbidden/a.bin"))

          When("a job names such an address, a server redirects to it, and a job's receiver is there")
          val straight = client.create(job(Seq(file(s"http://$forbidden/a.bin", "a.bin"))))
          val redirected = client.create(job(Seq(file(misbehaving.url("/away.bin"), "b.bin"))))
          val notifying = client.create(job(
            Seq(file(origin.url("/fine.bin"), "c.bin")),
            s""""notify": {"events": ["JOB_TRANSFERRED"], "url": "http://$forbidden/hook"}"""))

          Then("nothing goes there")
          assert(client.awaitState(straight, "ERROR").path("error").path("code").asText == "E_ACCESSDENIED")
          assert(
            client.awaitState(redirected, "ERROR").path("error").path("code").asText == "ERROR_WINHTTP_REDIRECT_FAILED")
          client.awaitState(notifying, "TRANSFERRED")

          And("the audit has a line of each")
          def lines = client.get("/v1/audit").json.path("lines").elements.asScala.toSeq
          val audited = client.until[Seq[JsonNode]](() => lines, _.size >= 3)
          assert(audited.forall(line => line.path("action").asText == "ADDRESS_REFUSED" && line.path("by").asText == "alice"))
          assert(
            audited.map(_.path("subject").asText).toSet == Set(
              s"$forbidden (127.0.0.2): job $straight",
              s"$forbidden (127.0.0.2): redirect of job $redirected",
              s"$forbidden (127.0.0.2): webhook of job $notifying"))
        }
      }
    }
  }

  Feature("A retry budget") {

    Scenario("of a host that fails: those who come back are few at a time, and keep nobody who is new from trying") {
      Using.resource(new MisbehavingOrigin()) { broken =>
        val requests = new AtomicInteger
        val heal = new AtomicBoolean
        val whole = Behaviours.file(new Content(84, 1000))
        val failing: Behaviour = (request, reply) => {
          requests.incrementAndGet()
          (if (heal.get) whole else Behaviours.status(500)).answer(request, reply)
        }
        Given("150 jobs that want to come back five times a second each")
        val ids = (1 to 150).map { n =>
          broken.on(s"/$n", failing)
          alice.create(job(Seq(file(broken.url(s"/$n"), s"broken/$n"))))
        }

        Then("soon most of them wait for the budget")
        def waits(id: String) = alice.get(s"/v1/jobs/$id/explain").json.path("reasons").findValuesAsText("code").asScala
        alice.until[Seq[String]](() => ids.filter(waits(_).contains("HOST_RETRY_BUDGET")), _.size > 100)
        val begun = System.nanoTime()
        val before = requests.get
        broken.on("/new", whole)
        alice.awaitState(alice.create(job(Seq(file(broken.url("/new"), "new.bin")))), "TRANSFERRED")
        alice.until[Double](() => (System.nanoTime() - begun) / 1e9, _ > 2)
        val perSecond = (requests.get - before) / ((System.nanoTime() - begun) / 1e9)
        assert(perSecond < 40, "and not 750")

        And("when the host works again all come through, for what is answered well costs nothing")
        heal.set(true)
        ids.foreach(alice.awaitState(_, "TRANSFERRED"))
      }
    }
  }

  /** The first reason why the job does not run, once it is this one. */
  private def reasonOf(id: String, code: String): JsonNode =
    alice.until[JsonNode](
      () => alice.get(s"/v1/jobs/$id/explain").json.path("reasons").path(0),
      _.path("code").asText == code)
}
