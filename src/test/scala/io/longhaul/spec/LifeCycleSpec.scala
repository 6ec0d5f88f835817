package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import java.nio.file.Files

/** "A BITS job goes through nine states", and only the client's calls and the transfer itself move it. */
class LifeCycleSpec extends NodeSpec {

  Feature("The life of a download") {

    Scenario("a job is created, resumed, transferred and completed") {
      Given("a file on a server")
      val content = new Content(1, 300000)
      origin.put("/a.bin", content)

      When("a job is created")
      val id = alice.create(suspendedJob(Seq(file(origin.url("/a.bin"), "maps/a.bin"))))

      Then("it is SUSPENDED, and nothing moves")
      assert(state(id) == "SUSPENDED")
      assert(origin.requests("/a.bin").isEmpty)

      When("it is resumed")
      assert(alice.post(s"/v1/jobs/$id/resume").status == 200)

      Then("its file is transferred, but not yet available")
      val transferred = alice.awaitState(id, "TRANSFERRED")
      assert(transferred.path("progress").path("bytesTransferred").asLong == 300000)
      assert(transferred.path("progress").path("filesTransferred").asInt == 1)
      assert(!transferred.path("files").path(0).path("completed").asBoolean)
      assert(!Files.exists(fileOf("alice", "maps/a.bin")))
      assert(alice.get(s"/v1/jobs/$id/files/0/content").status == 409)

      When("it is completed")
      val completed = alice.post(s"/v1/jobs/$id/complete")

      Then("the file is there, byte for byte, and the job is ACKNOWLEDGED")
      assert(completed.status == 200)
      assert(completed.json.path("result").asText == "S_OK")
      assert(completed.json.path("state").asText == "ACKNOWLEDGED")
      assert(content.isIn(fileOf("alice", "maps/a.bin")))
      assert(alice.get(s"/v1/jobs/$id/files/0/content").status == 200)

      And("its history tells of every state, in order")
      assert(
        states(id) == Seq("SUSPENDED", "QUEUED", "CONNECTING", "TRANSFERRING", "TRANSFERRED", "ACKNOWLEDGED")
      )
      assert(events(id).map(_.path("sequence").asLong) == (1L to events(id).size.toLong))
    }

    Scenario("a job may be born QUEUED") {
      origin.put("/born.bin", new Content(2, 10))
      val id = alice.create(job(Seq(file(origin.url("/born.bin"), "born.bin"))))
      alice.awaitState(id, "TRANSFERRED")
      assert(states(id).take(2) == Seq("SUSPENDED", "QUEUED"))
    }

    Scenario("a job that is suspended while it transfers stops, and goes on when it is resumed") {
      Given("a job whose server falls silent in mid-file")
      val content = new Content(3, 400000)
      val script = misbehaving.on("/silent.bin", Behaviours.hangsAfter(content, 150000))
      val id = alice.create(job(Seq(file(misbehaving.url("/silent.bin"), "silent.bin"))))
      script.awaitSent(150000)
      alice.awaitState(id, "TRANSFERRING")

      When("it is suspended")
      assert(alice.post(s"/v1/jobs/$id/suspend").json.path("state").asText == "SUSPENDED")

      Then("it can be resumed, and every byte is right in the end")
      script.release()
      assert(alice.post(s"/v1/jobs/$id/resume").status == 200)
      alice.awaitState(id, "TRANSFERRED")
      alice.post(s"/v1/jobs/$id/complete")
      assert(content.isIn(fileOf("alice", "silent.bin")))
    }
  }

  Feature("What a client may ask for in which state") {

    Scenario("Resume on a job without files is refused with BG_E_EMPTY") {
      val id = alice.create("""{"displayName": "empty"}""")
      val refused = alice.post(s"/v1/jobs/$id/resume")
      assert(refused.status == 409)
      assert(refused.code == "BG_E_EMPTY")
      assert(refused.json.path("hresult").asText == "0x80200003")
      assert(state(id) == "SUSPENDED")
    }

    Scenario("a job without files is not even created where it is to be born QUEUED") {
      val refused = alice.post("/v1/jobs", """{"displayName": "empty", "resume": true}""")
      assert(refused.status == 409)
      assert(refused.code == "BG_E_EMPTY")
    }

    Scenario("Resume and Suspend that change nothing succeed") {
      origin.put("/noop.bin", new Content(4, 10))
      val id = alice.create(suspendedJob(Seq(file(origin.url("/noop.bin"), "noop.bin"))))
      val before = events(id).size
      assert(alice.post(s"/v1/jobs/$id/suspend").status == 200)
      assert(events(id).size == before)
    }

    Scenario("a job that has left the queue refuses everything with BG_E_INVALID_STATE") {
      val id = alice.create("""{"displayName": "gone"}""")
      alice.post(s"/v1/jobs/$id/cancel")
      for (verb <- Seq("resume", "suspend", "complete", "cancel")) {
        val refused = alice.post(s"/v1/jobs/$id/$verb")
        assert(refused.status == 409, verb)
        assert(refused.code == "BG_E_INVALID_STATE", verb)
      }
      assert(alice.patch(s"/v1/jobs/$id", """{"description": "x"}""").code == "BG_E_INVALID_STATE")
      assert(alice.post(s"/v1/jobs/$id/files", file(origin.url("/x"), "x")).code == "BG_E_INVALID_STATE")
    }

    Scenario("a job that nobody knows is BG_E_NOT_FOUND") {
      val unknown = alice.get("/v1/jobs/01900000-0000-7000-8000-000000000000")
      assert(unknown.status == 404)
      assert(unknown.code == "BG_E_NOT_FOUND")
      assert(alice.get("/v1/jobs/no-id").code == "BG_E_NOT_FOUND")
    }

    Scenario("files that are added to a TRANSFERRED job are transferred after Resume") {
      origin.put("/first.bin", new Content(5, 1000))
      origin.put("/second.bin", new Content(6, 2000))
      val id = alice.create(job(Seq(file(origin.url("/first.bin"), "first.bin"))))
      alice.awaitState(id, "TRANSFERRED")

      When("a file is added")
      val added = alice.post(s"/v1/jobs/$id/files", file(origin.url("/second.bin"), "second.bin"))
      assert(added.status == 201)
      assert(added.json.path("files").path(0).path("index").asInt == 1)

      Then("the job stays TRANSFERRED until it is resumed")
      assert(state(id) == "TRANSFERRED")
      alice.post(s"/v1/jobs/$id/resume")
      alice.until(() => alice.job(id), (it: JsonNode) =>
        it.path("progress").path("filesTransferred").asInt == 2)
      alice.awaitState(id, "TRANSFERRED")
    }

    Scenario("maxDownloadBytes is set before the first Resume, other properties at any time") {
      origin.put("/props.bin", new Content(7, 10))
      val id = alice.create(suspendedJob(Seq(file(origin.url("/props.bin"), "props.bin"))))
      assert(alice.patch(s"/v1/jobs/$id", """{"maxDownloadBytes": 100, "priority": "LOW"}""").status == 200)
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
      val refused = alice.patch(s"/v1/jobs/$id", """{"maxDownloadBytes": 200}""")
      assert(refused.status == 409)
      assert(refused.code == "BG_E_READ_ONLY_PROPERTY_AFTER_RESUME")
      assert(alice.patch(s"/v1/jobs/$id", """{"description": "new"}""").json.path("description").asText == "new")
    }
  }

  Feature("Lists and counts") {

    Scenario("a job is in the list a second later at the most, newest first, and in the count") {
      val label = """"labels": {"chapter": "lists"}"""
      val ids = (1 to 3).map(n => alice.create(s"""{"displayName": "listed $n", $label}"""))
      val list = alice.until(
        () => alice.get("/v1/jobs?label.chapter=lists").json,
        (it: JsonNode) => it.path("jobs").size == 3)
      assert((0 to 2).map(n => list.path("jobs").path(n).path("id").asText) == ids.reverse)
      assert(alice.get("/v1/jobs/count?label.chapter=lists&state=SUSPENDED").json.path("total").asLong == 3)

      And("pages follow one another without a gap")
      val first = alice.get("/v1/jobs?label.chapter=lists&limit=2").json
      val second = alice.get(s"/v1/jobs?label.chapter=lists&limit=2&cursor=${first.path("nextCursor").asText}").json
      assert(second.path("jobs").path(0).path("id").asText == ids.head)
      assert(second.path("nextCursor").isNull)
    }
  }
}
