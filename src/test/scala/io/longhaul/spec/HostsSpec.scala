package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.Behaviour
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.MisbehavingOrigin
import java.time.Duration
import java.time.Instant
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

  /** The first reason why the job does not run, once it is this one. */
  private def reasonOf(id: String, code: String): JsonNode =
    alice.until[JsonNode](
      () => alice.get(s"/v1/jobs/$id/explain").json.path("reasons").path(0),
      _.path("code").asText == code)
}
