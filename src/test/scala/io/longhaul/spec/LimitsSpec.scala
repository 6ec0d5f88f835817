package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.TestNode
import java.time.Instant
import scala.util.Using

/** "If many clients connect to one server at once it may be overloaded": each remote host and each node has a limit. */
class LimitsSpec extends NodeSpec {

  override protected def settings: Seq[String] = Seq(
    "longhaul.transfer.connections-per-host = 2",
    "longhaul.scheduler.slots-per-node = 3"
  )

  private val content = new Content(71, 200000)

  Feature("A limit of connections for each remote host") {

    Scenario("the others wait, explain says for what, and jobs of other hosts go by") {
      Given("four jobs of one host, which falls silent in mid-file")
      val scripts = (1 to 4).map(n => misbehaving.on(s"/held$n.bin", Behaviours.hangsAfter(content, 100000)))
      val ids = (1 to 4).map(n => alice.create(job(Seq(file(misbehaving.url(s"/held$n.bin"), s"held$n.bin")))))
      val running = alice.until[Seq[String]](
        () => ids.filter(state(_) == "TRANSFERRING"),
        _.size == 2)

      Then("two of them run, and the others say why they do not")
      val waiting = ids.filterNot(running.contains)
      val reason = alice.until[JsonNode](
        () => alice.get(s"/v1/jobs/${waiting.head}/explain").json.path("reasons").path(0),
        _.path("code").asText == "HOST_LIMIT")
      assert(reason.path("detail").asText == s"${misbehaving.host} has 2 of 2 connections")

      And("those that run say that no byte comes, and which limit ends that")
      val silent = alice.until[JsonNode](
        () => alice.get(s"/v1/jobs/${running.head}/explain").json.path("reasons").path(0),
        _.path("code").asText == "WAITS_FOR_BYTES")
      assert(silent.path("detail").asText.contains("longhaul.transfer.stall-timeout"))
      assert(Instant.parse(silent.path("until").asText).isAfter(Instant.now()))

      And("a job of another host goes by")
      origin.put("/by.bin", content)
      alice.awaitState(alice.create(job(Seq(file(origin.url("/by.bin"), "by.bin")))), "TRANSFERRED")

      When("the host speaks again")
      scripts.foreach(_.release())

      Then("all of them are transferred, never more than two at once")
      ids.foreach(alice.awaitState(_, "TRANSFERRED"))
      assert(misbehaving.mostConnections <= 2)
    }
  }

  Feature("A limit of transfers for the node") {

    Scenario("a foreground job takes the place of a background job when the node is full") {
      val scripts = (1 to 2).map(n => misbehaving.on(s"/full$n.bin", Behaviours.hangsAfter(content, 100000)))
      val held = (1 to 2).map(n => alice.create(job(Seq(file(misbehaving.url(s"/full$n.bin"), s"full$n.bin")))))
      val third = new io.longhaul.testkit.MisbehavingOrigin()
      val last = third.on("/full3.bin", Behaviours.hangsAfter(content, 100000), Behaviours.file(content))
      val victim = alice.create(
        job(Seq(file(third.url("/full3.bin"), "full3.bin")), """"priority": "LOW""""))
      last.awaitSent(100000)
      scripts.foreach(_.awaitSent(100000))

      origin.put("/urgent.bin", content)
      val urgent = alice.create(job(Seq(file(origin.url("/urgent.bin"), "urgent.bin")), """"priority": "FOREGROUND""""))
      alice.awaitState(urgent, "TRANSFERRED")
      assert(events(victim).exists(_.path("reason").asText == "PREEMPTED"))

      scripts.foreach(_.release())
      (held :+ victim).foreach(alice.awaitState(_, "TRANSFERRED"))
      third.close()
    }
  }

  Feature("The inactivity timeout") {

    Scenario("a job that nobody touches is cancelled, with its temporary files") {
      Using.resource(TestNode.start("longhaul.job.inactivity-timeout = 2s")) { impatient =>
        Using.resource(impatient.client("alice")) { client =>
          origin.put("/forgotten.bin", content)
          val id = client.create(job(Seq(file(origin.url("/forgotten.bin"), "forgotten.bin"))))
          client.awaitState(id, "CANCELLED")
          assert(client.states(id).contains("TRANSFERRED"))
          val last = client.get(s"/v1/jobs/$id/events").json.path("events").elements
          var causes = Seq.empty[String]
          last.forEachRemaining(event => causes = causes :+ event.path("cause").asText)
          assert(causes.contains("POLICY"))
        }
      }
    }
  }
}
