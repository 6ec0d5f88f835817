package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import java.time.Instant

/** "Each property has a default, a range, and a time until which it can be set." */
class PropertiesSpec extends SharedNodeSpec {

  private val content = new Content(81, 60000)

  private def patch(id: String, body: String): ApiClient.Answer = alice.patch(s"/v1/jobs/$id", body)

  private def empty(more: String*): String =
    alice.create((Seq(""""displayName": "properties"""") ++ more).mkString("{", ", ", "}"))

  private def errorOf(id: String): JsonNode = alice.get(s"/v1/jobs/$id/error").json

  Feature("Defaults and ranges") {

    Scenario("are those of BITS") {
      // A node for tests has another minimum retry delay
      val job = alice.job(empty(""""minimumRetryDelaySeconds": 600"""))
      assert(job.path("description").asText.isEmpty)
      assert(job.path("type").asText == "DOWNLOAD")
      assert(job.path("priority").asText == "NORMAL")
      assert(job.path("noProgressTimeoutSeconds").asLong == 1209600)
      assert(job.path("maximumDownloadTimeSeconds").asLong == 7776000)
      assert(job.path("maxDownloadBytes").isNull)
      for (flag <- Seq("highPerformance", "dynamicContent", "onDemand", "keepResponseHeaders"))
        assert(!job.path(flag).asBoolean(true), flag)
      assert(job.path("peerCachingFlags").isEmpty)
      assert(job.path("fileAclFlags").isEmpty)
      assert(job.path("deadline").isNull)
    }

    Scenario("are held to, with BITS's codes") {
      for (
        (member, code) <- Seq(
          s""""displayName": "${"x" * 257}"""" -> "BG_E_STRING_TOO_LONG",
          s""""description": "${"x" * 1025}"""" -> "BG_E_STRING_TOO_LONG",
          """"maxDownloadBytes": 0""" -> "BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE",
          """"priority": "IDLE"""" -> "E_INVALIDARG",
          """"noProgressTimeoutSeconds": -1""" -> "E_INVALIDARG",
          """"peerCachingFlags": ["ENABLE"]""" -> "E_INVALIDARG",
          """"fileAclFlags": ["ALL", 3]""" -> "E_INVALIDARG",
          """"deadline": "tomorrow"""" -> "E_INVALIDARG",
          """"type": "UPLOAD"""" -> "E_INVALIDARG BG_E_READ_ONLY_PROPERTY"
        )
      ) {
        val refused = patch(empty(), s"{$member}")
        assert(code.split(" ").contains(refused.code), member)
      }
      assert(patch(empty(), """{"owner": "bob"}""").code == "BG_E_READ_ONLY_PROPERTY")
      assert(patch(empty(), """{"minimumRetryDelaySeconds": 1}""").json.path("minimumRetryDelaySeconds").asLong == 5)
    }

    Scenario("are counted in characters, of which the journal, the index and the filters take the longest") {
      val longest = "\uD83D\uDE00" * 256
      val labels = (10 until 74).map(i => "k" * 126 + i)
      val id = alice.create(
        labels
          .map(key => s""""$key": "$longest"""")
          .mkString(s"""{"displayName": "$longest", "description": "${longest * 4}", "labels": {""", ", ", "}}")
      )
      val encoded = "%F0%9F%98%80" * 256
      val filters = labels.map(key => s"label.$key=$encoded").mkString(s"displayName=$encoded&", "&", "")
      val found = alice.until[JsonNode](
        () => alice.get(s"/v1/jobs?$filters").json,
        answer => answer.path("jobs").size == 1
      )
      assert(found.path("jobs").path(0).path("id").asText == id)
      assert(alice.job(id).path("description").asText == longest * 4)
      assert(patch(id, s"""{"displayName": "${longest}x"}""").code == "BG_E_STRING_TOO_LONG")
    }

    Scenario("properties that do not go together are refused") {
      for (
        members <- Seq(
          """"dynamicContent": true, "onDemand": true""",
          """"dynamicContent": true, "requireRanges": true""",
          """"highPerformance": true, "onDemand": true""",
          """"dynamicContent": true, "files": [{"remoteName": "http://a/b", "localName": "b",
              "ranges": [{"initialOffset": 0, "length": 1}]}]""",
          """"onDemand": true, "files": [{"remoteName": "http://a/b", "localName": "b",
              "ranges": [{"initialOffset": 0, "length": 1}]}]"""
        )
      ) {
        val refused = alice.post("/v1/jobs", s"""{"displayName": "x", $members}""")
        assert(refused.status == 400, members)
        assert(refused.code == "BG_E_UNSUPPORTED_JOB_CONFIGURATION", members)
      }
    }
  }

  Feature("When a property can be set") {

    Scenario("some only before the first Resume") {
      misbehaving.on("/never.bin", Behaviours.hangsBeforeAnswer())
      val id = alice.create(suspendedJob(Seq(file(misbehaving.url("/never.bin"), "never.bin"))))
      assert(patch(id, """{"dynamicContent": true}""").json.path("dynamicContent").asBoolean)
      assert(patch(id, """{"dynamicContent": null}""").status == 200)
      assert(patch(id, """{"onDemand": true}""").json.path("onDemand").asBoolean)
      assert(patch(id, """{"onDemand": false}""").status == 200)
      alice.post(s"/v1/jobs/$id/resume")
      alice.post(s"/v1/jobs/$id/suspend")
      for (member <- Seq(""""dynamicContent": true""", """"onDemand": true""", """"maxDownloadBytes": 5"""))
        assert(patch(id, s"{$member}").code == "BG_E_READ_ONLY_PROPERTY_AFTER_RESUME", member)
    }

    Scenario("high performance only before the first file") {
      val id = empty()
      assert(patch(id, """{"highPerformance": true}""").json.path("highPerformance").asBoolean)
      alice.post(s"/v1/jobs/$id/files", file(origin.url("/x"), "x"))
      assert(patch(id, """{"highPerformance": false}""").code == "BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE")
    }

    Scenario("the flags of peers and of ACLs whenever, but those of ACLs not once all is transferred") {
      origin.put("/flags.bin", content)
      val id = alice.create(job(Seq(file(origin.url("/flags.bin"), "flags.bin"))))
      alice.awaitState(id, "TRANSFERRED")
      val peers = patch(id, """{"peerCachingFlags": ["DISABLE_BRANCH_CACHE", "ENABLE_PEERCACHING_CLIENT"]}""")
      assert(peers.json.path("peerCachingFlags").toString == """["ENABLE_PEERCACHING_CLIENT","DISABLE_BRANCH_CACHE"]""")
      assert(patch(id, """{"fileAclFlags": ["OWNER"]}""").code == "BG_E_INVALID_STATE")
      alice.post(s"/v1/jobs/$id/suspend")
      assert(patch(id, """{"fileAclFlags": ["OWNER", "DACL"]}""").json.path("fileAclFlags").size == 2)
      alice.post(s"/v1/jobs/$id/cancel")
      assert(patch(id, """{"peerCachingFlags": []}""").code == "BG_E_INVALID_STATE")
    }
  }

  Feature("HIGH_PERFORMANCE") {

    Scenario("writes straight into the destination, which is available at once, and Cancel leaves it there") {
      origin.put("/direct.bin", content)
      val script = misbehaving.on("/slow.bin", Behaviours.hangsAfter(content, 20000), Behaviours.file(content))
      val id = alice.create(
        job(
          Seq(file(origin.url("/direct.bin"), "hp/direct.bin"), file(misbehaving.url("/slow.bin"), "hp/slow.bin")),
          """"highPerformance": true"""
        )
      )
      script.awaitSent(20000)
      val first = alice.until[JsonNode](() => alice.job(id), _.path("files").path(0).path("transferred").asBoolean)
      assert(first.path("files").path(0).path("completed").asBoolean)
      assert(content.isIn(fileOf("alice", "hp/direct.bin")))
      assert(alice.get(s"/v1/jobs/$id/files/0/content").status == 200)

      When("the job is interrupted, nothing of the second file is kept")
      alice.post(s"/v1/jobs/$id/suspend")
      alice.until[JsonNode](() => alice.job(id), _.path("files").path(1).path("bytesTransferred").asLong == 0)
      script.release()
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
      assert(script.requests.get(1).header("range").isEmpty)

      Then("Cancel does not remove what is there")
      assert(alice.post(s"/v1/jobs/$id/cancel").json.path("result").asText == "S_OK")
      assert(content.isIn(fileOf("alice", "hp/direct.bin")))
      assert(content.isIn(fileOf("alice", "hp/slow.bin")))
    }
  }

  Feature("DYNAMIC_CONTENT") {

    Scenario("starts at 0 after any interruption, even of a server with ranges") {
      val script = misbehaving.on("/dynamic.bin", Behaviours.closesEarly(content, 20000), Behaviours.file(content))
      val id = alice.create(job(Seq(file(misbehaving.url("/dynamic.bin"), "dynamic.bin")), """"dynamicContent": true"""))
      alice.awaitState(id, "TRANSFERRED")
      assert(script.requests.get(1).header("range").isEmpty)
      alice.post(s"/v1/jobs/$id/complete")
      assert(content.isIn(fileOf("alice", "dynamic.bin")))
    }
  }

  Feature("A deadline, beyond BITS") {

    Scenario("that passes while there is work left leads to ERROR; with a later one the job goes on") {
      val script = misbehaving.on("/late.bin", Behaviours.hangsAfter(content, 1000), Behaviours.file(content))
      val id = alice.create(
        job(
          Seq(file(misbehaving.url("/late.bin"), "late.bin")),
          s""""deadline": "${Instant.now.plusMillis(1500)}""""
        )
      )
      script.awaitSent(1000)
      alice.awaitState(id, "ERROR")
      assert(errorOf(id).path("code").asText == "WAIT_TIMEOUT")
      assert(errorOf(id).path("hresult").asText == "0x80070102")
      assert(errorOf(id).path("context").asText == "GENERAL_QUEUE_MANAGER")
      script.release()
      assert(patch(id, s"""{"deadline": "${Instant.now.plusSeconds(3600)}"}""").status == 200)
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
    }

    Scenario("that has passed ends a queued job too, and leaves a suspended one alone") {
      val past = s""""deadline": "${Instant.now.minusSeconds(1)}""""
      val suspended = alice.create(suspendedJob(Seq(file(origin.url("/x"), "x")), past))
      assert(state(suspended) == "SUSPENDED")
      alice.post("/v1/owners/dora/logoff")
      val queued = alice.as("dora").create(job(Seq(file(origin.url("/x"), "x")), past))
      alice.awaitState(queued, "ERROR")
      alice.post("/v1/owners/dora/logon")
    }

    Scenario("that has passed already leaves nothing to be asked of a server") {
      val script = misbehaving.on("/passed.bin", Behaviours.file(content))
      val past = s""""deadline": "${Instant.now.minusSeconds(1)}""""
      val ids = (1 to 20).map(n => alice.create(job(Seq(file(misbehaving.url("/passed.bin"), s"passed$n.bin")), past)))
      ids.foreach { id =>
        alice.awaitState(id, "ERROR")
        assert(!states(id).contains("CONNECTING"))
      }
      assert(script.requests.isEmpty)
    }
  }

  Feature("TakeOwnership") {

    Scenario("strips what is the old owner's alone") {
      val id = alice.create(
        suspendedJob(
          Seq(file(origin.url("/x"), "x")),
          """"customHeaders": {"X-Token": "t"}""",
          """"labels": {"a": "b"}""",
          """"description": "kept""""
        )
      )
      val taken = alice.as("bob").post(s"/v1/jobs/$id/take-ownership").json
      assert(taken.path("owner").asText == "bob")
      assert(taken.path("customHeaders").isEmpty)
      assert(taken.path("labels").path("a").asText == "b")
      assert(taken.path("description").asText == "kept")
      alice.post(s"/v1/jobs/$id/cancel")
      assert(alice.as("carl").post(s"/v1/jobs/$id/take-ownership").code == "BG_E_INVALID_STATE")
    }
  }

  Feature("A job as it was") {

    Scenario("at a time, from its history; before its creation there is none") {
      origin.put("/past.bin", content)
      val before = Instant.now.minusSeconds(1)
      val id = alice.create(suspendedJob(Seq(file(origin.url("/past.bin"), "past.bin"))))
      val created = alice.job(id).path("times").path("creation").asText
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
      patch(id, """{"priority": "LOW"}""")
      val past = alice.get(s"/v1/jobs/$id?at=$created").json
      assert(past.path("state").asText == "SUSPENDED")
      assert(past.path("priority").asText == "NORMAL")
      assert(past.path("files").path(0).path("bytesTransferred").asLong == 0)
      assert(alice.get(s"/v1/jobs/$id?at=${Instant.now}").json.path("priority").asText == "LOW")
      val early = alice.get(s"/v1/jobs/$id?at=$before")
      assert(early.status == 404)
      assert(early.code == "BG_E_NOT_FOUND")
      assert(alice.get(s"/v1/jobs/$id?at=yesterday").code == "E_INVALIDARG")
    }
  }
}
