package io.longhaul.spec

import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.MisbehavingOrigin
import io.longhaul.testkit.TestCluster
import org.scalatest.GivenWhenThen
import org.scalatest.featurespec.AnyFeatureSpec
import scala.util.Using

/** What a remote host, or an operator, says to one node holds on all of them. */
class HostsClusterSpec extends AnyFeatureSpec with GivenWhenThen {

  private val content = new Content(83, 400000)

  Feature("Two nodes") {

    Scenario("stop at once at a host that is blocked, and wait together for one that asks to wait") {
      Using.resource(TestCluster.start(2, "longhaul.job.minimum-retry-delay=5s")) { cluster =>
        Using.resources(new MisbehavingOrigin(), new MisbehavingOrigin()) { (bad, shy) =>
          val first = cluster.node(0).client("alice")
          val second = cluster.node(1).client("alice")

          Given("transfers of both nodes that would take twenty seconds")
          val scripts = (0 until 12).map(n => bad.on(s"/$n", Behaviours.trickles(content, 2000, 100), Behaviours.file(content)))
          val blocked = (0 until 12).map(n => first.create(job(bad.url(s"/$n"), s"blocked/$n")))
          scripts.foreach(_.awaitSent(4000))
          first.until[Int](() => first.get(s"/v1/hosts/${bad.host}").json.path("running").asInt, _ == 12)

          When("one of them is told to block the host")
          val told = System.nanoTime()
          assert(first.put(s"/v1/hosts/${bad.host}/block", """{"reason": "maintenance"}""").status == 200)

          Then("none of them has a connection any more within two seconds, and the other one says why")
          second.until[Int](() => bad.connections, _ == 0)
          assert((System.nanoTime() - told) / 1e9 < 2)
          blocked.foreach { id =>
            second.until[String](
              () => second.get(s"/v1/jobs/$id/explain").json.path("reasons").path(0).path("code").asText,
              _ == "HOST_BLOCKED")
          }
          second.until[Int](() => second.get(s"/v1/hosts/${bad.host}").json.path("queued").asInt, _ == 12)

          When("a host asks one job to wait")
          shy.on("/asks", Behaviours.status(503, "Retry-After: 4"), Behaviours.file(content))
          val asked = first.create(job(shy.url("/asks"), "asks"))
          awaitState(first, asked, "TRANSIENT_ERROR")
          val waiting = (0 until 12).map { n =>
            val script = shy.on(s"/$n", Behaviours.file(content))
            (second.create(job(shy.url(s"/$n"), s"shy/$n")), script)
          }
          second.until[String](
            () => second.get(s"/v1/jobs/${waiting.last._1}/explain").json.path("reasons").path(0).path("code").asText,
            _ == "HOST_RETRY_AFTER")
          assert(waiting.forall(_._2.requests.isEmpty))

          Then("all go on, with no attempt counted but the one that was answered so")
          assert(second.delete(s"/v1/hosts/${bad.host}/block").status == 204)
          val others = blocked ++ waiting.map(_._1)
          (others :+ asked).foreach(awaitState(first, _, "TRANSFERRED"))
          assert(others.forall(first.job(_).path("errorCount").asInt == 0))
          assert(waiting.forall(_._2.requests.size == 1))

          When("a host asks to wait for an hour, and an operator does not want to")
          shy.on("/hour", Behaviours.status(429, "Retry-After: 3600"), Behaviours.file(content))
          awaitState(first, first.create(job(shy.url("/hour"), "hour")), "TRANSIENT_ERROR")
          val kept = (0 until 12).map { n =>
            shy.on(s"/kept/$n", Behaviours.file(content))
            second.create(job(shy.url(s"/kept/$n"), s"kept/$n"))
          }
          second.until[String](
            () => second.get(s"/v1/jobs/${kept.last}/explain").json.path("reasons").path(0).path("code").asText,
            _ == "HOST_RETRY_AFTER")
          assert(second.delete(s"/v1/hosts/${shy.host}/block").status == 204)

          Then("it is asked by all of them, and nobody closes it again who has not heard of that")
          kept.foreach(awaitState(first, _, "TRANSFERRED"))
          assert(first.get(s"/v1/hosts/${shy.host}").json.path("closed").isNull)
          assert(first.get("/v1/audit").json.path("lines").path(0).path("action").asText == "HOST_OPENED")
        }
      }
    }
  }

  private def awaitState(client: ApiClient, id: String, state: String): Unit =
    client.until[String](() => client.job(id).path("state").asText, _ == state): Unit

  private def job(url: String, name: String): String =
    s"""{"displayName": "$name", "files": [{"remoteName": "$url", "localName": "$name"}], "resume": true}"""
}
