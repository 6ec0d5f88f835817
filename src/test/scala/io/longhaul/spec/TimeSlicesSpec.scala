package io.longhaul.spec

import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content

/** "Jobs of the same priority share the transfer time by time slices, so that a large job does not block small ones." */
class TimeSlicesSpec extends NodeSpec {

  override protected def settings: Seq[String] =
    Seq(
      "longhaul.scheduler.background-slots = 1",
      "longhaul.scheduler.time-slice = 1s",
      "longhaul.transfer.connections-per-host = 2"
    )

  private val content = new Content(31, 120000)
  private val small = new Content(32, 1000)

  /** Takes about two seconds in all. */
  private def slow(name: String, owner: String): String = {
    misbehaving.on(s"/$name", Behaviours.trickles(content, 3000, 50))
    node.client(owner).create(job(Seq(file(misbehaving.url(s"/$name"), name))))
  }

  /** Takes longer than anybody waits for it. */
  private def endless(name: String, queue: String): String = {
    misbehaving.on(s"/$name", Behaviours.trickles(content, 20, 50))
    alice.create(job(Seq(file(misbehaving.url(s"/$name"), name)), s""""queue": "$queue""""))
  }

  private def quick(name: String, queue: String, priority: String): String = {
    misbehaving.on(s"/$name", Behaviours.file(small))
    alice.create(job(Seq(file(misbehaving.url(s"/$name"), name)), s""""queue": "$queue"""", s""""priority": "$priority""""))
  }

  private def slices(id: String): Int = events(id).count(_.path("type").asText == "SliceGranted")

  Feature("Time slices") {

    Scenario("two jobs of one priority take turns, and none loses a byte") {
      val jobs = Seq(slow("a.bin", "alice"), slow("b.bin", "alice"))
      jobs.foreach(alice.awaitState(_, "TRANSFERRED"))
      assert(jobs.exists(slices(_) > 1))
      assert(jobs.exists(id => events(id).exists(_.path("reason").asText == "SLICE_ENDED")))
      jobs.foreach(id => alice.post(s"/v1/jobs/$id/complete"))
      assert(content.isIn(fileOf("alice", "a.bin")))
      assert(content.isIn(fileOf("alice", "b.bin")))
    }

    Scenario("a job that is alone goes on without a break, in a new slice") {
      val id = slow("alone.bin", "alice")
      alice.awaitState(id, "TRANSFERRED")
      assert(slices(id) == 1)
      assert(typesOf(id).contains("SliceRenewed"))
      assert(misbehaving.on("/unused", Behaviours.status(404)).requests.isEmpty)
      assert(states(id) == Seq("SUSPENDED", "QUEUED", "CONNECTING", "TRANSFERRING", "TRANSFERRED"))
    }

    Scenario("the turns go round the owners first, however many jobs one of them has") {
      val many = (1 to 6).map(n => slow(s"many$n.bin", "alice"))
      val one = slow("one.bin", "carol")
      alice.awaitState(one, "TRANSFERRED")
      assert(many.count(state(_) == "TRANSFERRED") < 4)
      many.foreach(id => alice.post(s"/v1/jobs/$id/cancel"))
    }

    Scenario("jobs of another queue have their turn, too, at a server of which one queue holds all connections") {
      Given("a queue with two long jobs at a server that may have two connections")
      assert(alice.put("/v1/queues/long", """{"backgroundSlots": 2}""").status == 200)
      val long = Seq("long1.bin", "long2.bin").map(endless(_, "long"))
      long.foreach(alice.awaitState(_, "TRANSFERRING"))

      When("other queues have jobs there")
      val low = quick("low.bin", "low", "LOW")
      alice.awaitState(low, "TRANSFERRED")
      val foreground = quick("foreground.bin", "foreground", "FOREGROUND")
      alice.awaitState(foreground, "TRANSFERRED")

      Then("the long ones gave way, and go on")
      assert(long.exists(id => events(id).exists(_.path("reason").asText == "SLICE_ENDED")))
      long.foreach(alice.awaitState(_, "TRANSFERRING"))
      long.foreach(id => alice.post(s"/v1/jobs/$id/cancel"))
    }
  }
}
