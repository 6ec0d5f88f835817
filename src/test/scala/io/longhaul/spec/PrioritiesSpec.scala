package io.longhaul.spec

import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content

/**
 * "The BITS scheduler transfers jobs of a higher priority before those of a lower one; foreground jobs are transferred at
 * once, beside one background job." Here with one background slot, which is BITS to the letter.
 */
class PrioritiesSpec extends NodeSpec {

  override protected def settings: Seq[String] = Seq("longhaul.scheduler.background-slots = 1")

  private val small = new Content(21, 1000)
  private val large = new Content(22, 300000)

  /** A job whose server sends part of its file and then nothing until it is released. */
  private def holding(path: String, priority: String, owner: String = "alice") = {
    val script = misbehaving.on(path, Behaviours.hangsAfter(large, 100000), Behaviours.file(large))
    val client = node.client(owner)
    val id = client.create(job(Seq(file(misbehaving.url(path), path.drop(1))), s""""priority": "$priority""""))
    (id, script)
  }

  private def quick(name: String, priority: String, more: String*): String = {
    origin.put(s"/$name", small)
    alice.create(job(Seq(file(origin.url(s"/$name"), name)), (s""""priority": "$priority"""" +: more): _*))
  }

  Feature("Strict priorities") {

    Scenario("a job of higher priority takes the place of one that runs, which goes on where it was") {
      Given("a NORMAL job that transfers")
      val (normal, script) = holding("/preempted.bin", "NORMAL")
      script.awaitSent(100000)
      alice.awaitState(normal, "TRANSFERRING")

      When("a HIGH job is queued")
      val high = quick("high.bin", "HIGH")

      Then("it is transferred, and the NORMAL one was put back into the queue for it")
      alice.awaitState(high, "TRANSFERRED")
      assert(events(normal).exists(_.path("reason").asText == "PREEMPTED"))

      And("the NORMAL one goes on with the byte that it had reached")
      alice.awaitState(normal, "TRANSFERRED")
      assert(script.ranges.get(1) == "bytes=100000-")
      alice.post(s"/v1/jobs/$normal/complete")
      assert(large.isIn(fileOf("alice", "preempted.bin")))
    }

    Scenario("a job of lower priority waits for those of a higher one") {
      val (high, script) = holding("/first.bin", "HIGH")
      script.awaitSent(100000)
      val low = quick("low.bin", "LOW")
      val normal = quick("normal.bin", "NORMAL")
      assert(alice.get(s"/v1/jobs/$low/explain").json.path("reasons").path(0).path("code").asText == "HIGHER_PRIORITY")
      assert(state(low) == "QUEUED")
      script.release()
      alice.awaitState(high, "TRANSFERRED")
      alice.awaitState(normal, "TRANSFERRED")
      alice.awaitState(low, "TRANSFERRED")
      assert(grantedAt(normal) < grantedAt(low))
    }

    Scenario("foreground jobs all run at once, beside the background job") {
      val (background, held) = holding("/beside.bin", "LOW")
      held.awaitSent(100000)
      val foreground = (1 to 3).map(n => holding(s"/fore$n.bin", "FOREGROUND"))
      foreground.foreach { case (id, script) =>
        script.awaitSent(100000)
        alice.awaitState(id, "TRANSFERRING")
      }
      assert(state(background) == "TRANSFERRING", events(background))
      held.release()
      foreground.foreach(_._2.release())
      alice.awaitState(background, "TRANSFERRED")
      foreground.foreach { case (id, _) => alice.awaitState(id, "TRANSFERRED") }
    }

    Scenario("a new priority counts at once") {
      val (running, script) = holding("/running.bin", "NORMAL")
      script.awaitSent(100000)
      val waiting = quick("raised.bin", "LOW")
      assert(state(waiting) == "QUEUED")
      alice.patch(s"/v1/jobs/$waiting", """{"priority": "HIGH"}""")
      alice.awaitState(waiting, "TRANSFERRED")
      alice.awaitState(running, "TRANSFERRED")
    }
  }

  Feature("Queues and owners") {

    Scenario("each queue has slots of its own, which can be changed") {
      val (here, script) = holding("/here.bin", "NORMAL")
      script.awaitSent(100000)
      val elsewhere = quick("elsewhere.bin", "LOW", """"queue": "site-2"""")
      alice.awaitState(elsewhere, "TRANSFERRED")
      val waiting = quick("waiting.bin", "LOW")
      assert(state(waiting) == "QUEUED")
      assert(alice.put("/v1/queues/default", """{"backgroundSlots": 2}""").status == 200)
      alice.awaitState(waiting, "TRANSFERRED")
      assert(alice.put("/v1/queues/default", """{"backgroundSlots": 1}""").status == 200)
      script.release()
      alice.awaitState(here, "TRANSFERRED")
    }

    Scenario("the jobs of an owner who logs off go to QUEUED and stay there until he logs on") {
      val (id, script) = holding("/logoff.bin", "NORMAL", "bob")
      script.awaitSent(100000)
      assert(alice.post("/v1/owners/bob/logoff").status == 204)
      alice.awaitState(id, "QUEUED")
      alice.until[String](() => reasonOf(id), _ == "OWNER_LOGGED_OFF")
      script.release()

      And("others go on")
      alice.awaitState(quick("others.bin", "LOW"), "TRANSFERRED")
      assert(state(id) == "QUEUED")
      assert(alice.post("/v1/owners/bob/logon").status == 204)
      alice.awaitState(id, "TRANSFERRED")
    }

    Scenario("what an owner creates after he was logged off waits too, in a queue that had just become empty") {
      Given("a queue whose only job has just been transferred")
      val carol = node.client("carol")
      origin.put("/before.bin", small)
      origin.put("/after.bin", small)
      val before = job(Seq(file(origin.url("/before.bin"), "before.bin")), """"queue": "site-3"""")
      carol.awaitState(carol.create(before), "TRANSFERRED")

      When("she is logged off, and then creates another")
      assert(alice.post("/v1/owners/carol/logoff").status == 204)
      val after =
        carol.create(job(Seq(file(origin.url("/after.bin"), "after.bin")), """"queue": "site-3", "priority": "FOREGROUND""""))

      Then("it gets no slice before she logs on")
      alice.until[String](() => reasonOf(after), _ == "OWNER_LOGGED_OFF")
      assert(!typesOf(after).contains("SliceGranted"))
      assert(alice.post("/v1/owners/carol/logon").status == 204)
      alice.awaitState(after, "TRANSFERRED")
    }
  }

  private def reasonOf(id: String): String =
    alice.get(s"/v1/jobs/$id/explain").json.path("reasons").path(0).path("code").asText

  private def grantedAt(id: String): String =
    events(id).find(_.path("type").asText == "SliceGranted").get.path("at").asText
}
