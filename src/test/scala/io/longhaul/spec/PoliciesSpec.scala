package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.Content
import io.longhaul.testkit.Origin
import io.longhaul.testkit.TestCluster
import java.util.function.Predicate
import scala.collection.mutable
import scala.util.Using

/** "You can use Group Policy to configure …": limits that administrators set for the fleet, a queue or an owner. */
class PoliciesSpec extends NodeSpec {

  private def policies(body: String): Unit = set(alice, body)

  private def set(client: ApiClient, body: String): Unit = {
    val answer = client.put("/v1/policies", body)
    assert(answer.status == 200, answer.text)
  }

  private def bandwidth(limits: String): String = s"""{"fleet": {"bandwidth": {"limits": $limits}}}"""

  private def seconds(since: Long): Double = (System.nanoTime - since) / 1e9

  Feature("MaxJobsPerUser and MaxJobsPerMachine") {

    Scenario("with BITS's figures the sixty-first job of an owner is refused, until another one is over") {
      policies("""{"preset": "BITS", "queues": {"machine": {"maxJobsPerMachine": 62}}}""")
      val user = node.client("user")
      val ids = (1 to 60).map(n => user.create(s"""{"displayName": "job $n", "queue": "machine"}"""))
      val refused = user.post("/v1/jobs", """{"displayName": "one too many", "queue": "machine"}""")
      assert(refused.status == 429)
      assert(refused.code == "BG_E_TOO_MANY_JOBS_PER_USER")
      assert(refused.json.path("hresult").asText == "0x80200049")
      assert(refused.headers.firstValue("Retry-After").isPresent)

      And("so are those of others, once the machine, which is a queue, is full")
      val other = node.client("other")
      (61 to 62).foreach(n => other.create(s"""{"displayName": "job $n", "queue": "machine"}"""))
      assert(
        other.post("/v1/jobs", """{"displayName": "x", "queue": "machine"}""").code == "BG_E_TOO_MANY_JOBS_PER_MACHINE")
      other.create("""{"displayName": "elsewhere", "queue": "other"}""")

      When("one of them is cancelled")
      assert(user.post(s"/v1/jobs/${ids.head}/cancel").status == 200)

      Then("there is room for another")
      user.until[ApiClient.Answer](() => user.post("/v1/jobs", """{"displayName": "room"}"""), _.status == 201)

      And("an owner for whom the limits are lifted goes by")
      policies(
        """{"preset": "BITS", "owners": {"user": {"maxJobsPerUser": "UNLIMITED", "maxJobsPerMachine": "UNLIMITED"}}}""")
      (1 to 10).foreach(n => user.create(s"""{"displayName": "job $n", "queue": "machine"}"""))
      policies("{}")
    }
  }

  Feature("JobInactivityTimeout") {

    Scenario("a job that was there before is cancelled when it has been left alone for as long as the policy allows now") {
      val forgotten = alice.create(suspendedJob(Nil, """"queue": "forgotten""""))
      val other = alice.create(suspendedJob(Nil))

      When("the policy of its queue becomes shorter")
      policies("""{"queues": {"forgotten": {"jobInactivityTimeoutSeconds": 2}}}""")
      assert(alice.job(forgotten).path("inactivityTimeoutSeconds").asLong == 2)

      Then("it is cancelled, and nobody else's job is")
      alice.awaitState(forgotten, "CANCELLED")
      assert(events(forgotten).takeRight(3).map(_.path("cause").asText) == Seq("POLICY", "POLICY", "POLICY"))
      assert(state(other) == "SUSPENDED")
      policies("{}")
    }
  }

  Feature("A limit of bandwidth") {

    Scenario("zero holds background jobs back, and they go on by themselves when it is lifted") {
      val content = new Content(361, 2000000)
      origin.put("/held.bin", content)

      Given("a job that runs, slowly, under the limit of its queue")
      policies("""{"queues": {"default": {"bandwidth": {"limits": {"NORMAL": 100000}}}}}""")
      val running = alice.create(job(Seq(file(origin.url("/held.bin"), "held.bin"))))
      alice.awaitMessage(running, "progress", _.path("bytesTransferred").asLong > 0)
      val limit = alice.job(running).path("bandwidth")
      assert(limit.path("bytesPerSecond").asLong == 100000)
      assert(limit.path("source").asText == "QUEUE")
      assert(limit.path("name").asText == "default")

      When("nothing may move any more")
      policies(bandwidth("""{"NORMAL": 0}"""))

      Then("it is in TRANSIENT_ERROR within two seconds, says why, and keeps what it has")
      val begun = System.nanoTime
      val held = alice.awaitState(running, "TRANSIENT_ERROR")
      assert(seconds(begun) < 2)
      assert(held.path("error").path("code").asText == "BG_E_BLOCKED_BY_POLICY")
      assert(held.path("errorCount").asInt == 0)
      assert(held.path("nextRetryAt").isNull)
      assert(held.path("progress").path("bytesTransferred").asLong > 0)
      val reason = alice.get(s"/v1/jobs/$running/explain").json.path("reasons").path(0)
      assert(reason.path("code").asText == "BANDWIDTH_POLICY")
      assert(reason.path("detail").asText == "The policy of the fleet lets jobs of priority NORMAL move nothing.")

      And("so is a job that comes now, without a request, but a foreground job goes by")
      origin.put("/later.bin", content)
      val later = alice.create(job(Seq(file(origin.url("/later.bin"), "later.bin"))))
      alice.awaitState(later, "TRANSIENT_ERROR")
      assert(origin.requests("/later.bin").isEmpty)
      origin.put("/urgent.bin", content)
      alice.awaitState(
        alice.create(job(Seq(file(origin.url("/urgent.bin"), "urgent.bin")), """"priority": "FOREGROUND"""")),
        "TRANSFERRED")

      When("it is lifted")
      policies("{}")

      Then("both go on by themselves, where they were")
      Seq(running, later).foreach(alice.awaitState(_, "TRANSFERRED"))
      val back = events(running).find(_.path("reason").asText == "POLICY_CHANGED").get
      assert(back.path("cause").asText == "POLICY")
      assert(origin.requests("/held.bin").get(1).header("range").startsWith("bytes="))
    }

    Scenario("is that of its new priority, at once, when a job that runs is given one") {
      origin.put("/slow.bin", new Content(367, 2000000))
      policies(bandwidth("""{"NORMAL": 100000, "LOW": 0}"""))
      val slow = alice.create(job(Seq(file(origin.url("/slow.bin"), "slow.bin"))))
      alice.awaitMessage(slow, "progress", _.path("bytesTransferred").asLong > 0)

      When("nothing of that priority may move")
      assert(alice.patch(s"/v1/jobs/$slow", """{"priority": "LOW"}""").status == 200)
      val begun = System.nanoTime
      alice.awaitState(slow, "TRANSIENT_ERROR")
      assert(seconds(begun) < 2)
      assert(alice.job(slow).path("bandwidth").path("bytesPerSecond").asLong == 0)

      And("when there is no limit for it")
      val changed = alice.patch(s"/v1/jobs/$slow", """{"priority": "HIGH"}""")
      assert(changed.json.path("state").asText == "QUEUED")
      alice.awaitState(slow, "TRANSFERRED")
      policies("{}")
    }

    Scenario("in work hours another one holds, and the job says until when") {
      policies(
        """{"fleet": {"bandwidth": {"timeZone": "Europe/Berlin", "limits": {"LOW": 0},
          | "work": {"from": "00:00", "to": "00:00", "limits": {"LOW": 250000}},
          | "maintenance": {"days": ["MONDAY"], "from": "00:00", "to": "00:00", "limits": {"LOW": 250000}}}}}""".stripMargin)
      val limit = alice.job(alice.create(suspendedJob(Nil, """"priority": "LOW""""))).path("bandwidth")
      assert(limit.path("bytesPerSecond").asLong == 250000)
      assert(Set("WORK", "MAINTENANCE").contains(limit.path("time").asText))
      assert(java.time.Instant.parse(limit.path("until").asText).isAfter(java.time.Instant.now))
      policies("{}")
    }

    Scenario("holds over three nodes, exactly, and a change does so within two seconds") {
      Using.resource(TestCluster.start(3)) { cluster =>
        Using.resource(Origin.http()) { server =>
          Given("jobs on every node under a limit")
          val client = cluster.node(0).client("alice")
          server.put("/a.bin", new Content(367, 100000000))
          set(client, bandwidth("""{"NORMAL": 3000000}"""))
          val jobs = (0 until 12).map(n => client.create(job(Seq(file(server.url("/a.bin"), s"limited/$n.bin")))))
          val progress = new Progress(jobs.toSet)
          client.awaitMessageOf("/v1/watch", "progress", progress.untilAllMove)

          Then("over ten seconds they have what it allows, all together, within five per cent")
          client.awaitMessageOf("/v1/watch", "progress", progress.untilSettled(2))
          val rate = progress.rateOver(10)
          client.awaitMessageOf("/v1/watch", "progress", rate.heard)
          assert(rate.bytesPerSecond > 0.95 * 3000000 && rate.bytesPerSecond < 1.05 * 3000000)
          val nodes = jobs.map(id => client.get(s"/v1/jobs/$id/events").json.path("events"))
          assert(nodes.flatMap(_.findValuesAsText("node").toArray).toSet.size == 3)

          When("it is changed at another node")
          set(cluster.node(1).client("bob"), bandwidth("""{"NORMAL": 1000000}"""))

          Then("two seconds later that holds")
          client.awaitMessageOf("/v1/watch", "progress", progress.untilSettled(2))
          val lower = progress.rateOver(5)
          client.awaitMessageOf("/v1/watch", "progress", lower.heard)
          assert(lower.bytesPerSecond > 0.9 * 1000000 && lower.bytesPerSecond < 1.1 * 1000000)
        }
      }
    }
  }

  /** What watching tells of some jobs, and how fast they are together. */
  private class Progress(jobs: Set[String]) {
    private val bytes = mutable.Map.empty[String, Long]

    private def hear(message: JsonNode): Unit = {
      val id = message.path("jobId").asText
      if (jobs.contains(id)) bytes(id) = message.path("bytesTransferred").asLong
    }

    def untilAllMove: Predicate[JsonNode] = message => {
      hear(message)
      bytes.size == jobs.size
    }

    def untilSettled(after: Double): Predicate[JsonNode] = {
      val begun = System.nanoTime
      message => {
        hear(message)
        seconds(begun) > after
      }
    }

    /** Measured from the first message on. */
    class Rate(length: Double) {
      private var begun = 0L
      private var before = 0L
      var bytesPerSecond = 0.0

      def heard: Predicate[JsonNode] = message => {
        hear(message)
        if (begun == 0) {
          begun = System.nanoTime
          before = bytes.values.sum
        }
        bytesPerSecond = (bytes.values.sum - before) / seconds(begun)
        seconds(begun) >= length
      }
    }

    def rateOver(length: Double): Rate = new Rate(length)
  }
}
