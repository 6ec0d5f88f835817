package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import java.nio.file.Files
import java.nio.file.Path
import scala.jdk.CollectionConverters._
import scala.util.Using

/** "Complete makes the transferred files available to the user; Cancel removes the job and its temporary files." */
class CompletingAndCancellingSpec extends NodeSpec {

  private val content = new Content(41, 50000)

  private def temporaryFiles(folder: String): Seq[Path] = {
    val path = fileOf("alice", folder)
    if (!Files.exists(path)) Nil
    else Using.resource(Files.list(path))(_.iterator.asScala.filter(_.getFileName.toString.startsWith("BIT-")).toList)
  }

  Feature("Complete") {

    Scenario("before everything is transferred: the finished files are kept, the unfinished dropped") {
      origin.put("/done.bin", content)
      val script = misbehaving.on("/half.bin", Behaviours.hangsAfter(content, 20000))
      val id = alice.create(
        job(Seq(file(origin.url("/done.bin"), "part/done.bin"), file(misbehaving.url("/half.bin"), "part/half.bin")))
      )
      script.awaitSent(20000)
      alice.until[JsonNode](() => alice.job(id), _.path("progress").path("filesTransferred").asInt == 1)
      val completed = alice.post(s"/v1/jobs/$id/complete")
      assert(completed.status == 200)
      assert(completed.json.path("result").asText == "BG_S_PARTIAL_COMPLETE")
      assert(completed.json.path("state").asText == "ACKNOWLEDGED")
      assert(content.isIn(fileOf("alice", "part/done.bin")))
      assert(!Files.exists(fileOf("alice", "part/half.bin")))
      assert(alice.job(id).path("files").path(1).path("temporaryName").isNull)
      assert(temporaryFiles("part").isEmpty)
      script.release()
    }

    Scenario("a file that was given twice has its name once, and its content by either index") {
      misbehaving.on("/twice.bin", Behaviours.chunked(content, 8000))
      val twice = file(misbehaving.url("/twice.bin"), "twice/a.bin")
      val id = alice.create(suspendedJob(Seq(twice, twice)))
      val other = alice.patch(s"/v1/jobs/$id/files/0", s"""{"remoteName": "${misbehaving.url("/other.bin")}"}""")
      assert(other.code == "E_INVALIDARG")
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
      assert(alice.post(s"/v1/jobs/$id/complete").json.path("result").asText == "S_OK")
      for (index <- 0 to 1) assert(alice.get(s"/v1/jobs/$id/files/$index/content").status == 200)
      assert(temporaryFiles("twice").isEmpty)
    }

    Scenario("a file that cannot get its name leaves the job TRANSFERRED, and Complete can be called again") {
      origin.put("/one.bin", content)
      origin.put("/two.bin", content)
      val id = alice.create(
        job(Seq(file(origin.url("/one.bin"), "names/one.bin"), file(origin.url("/two.bin"), "names/two.bin")))
      )
      alice.awaitState(id, "TRANSFERRED")

      Given("a folder where the second file is to be")
      val inTheWay = Files.createDirectories(fileOf("alice", "names/two.bin").resolve("full"))

      When("the job is completed")
      val refused = alice.post(s"/v1/jobs/$id/complete")

      Then("the caller hears why, the first file is available, and the job stays")
      assert(refused.status == 409)
      assert(refused.code.nonEmpty)
      assert(state(id) == "TRANSFERRED")
      assert(alice.job(id).path("files").path(0).path("completed").asBoolean)
      assert(!alice.job(id).path("files").path(1).path("completed").asBoolean)

      When("the folder is gone")
      Files.delete(inTheWay)
      Files.delete(fileOf("alice", "names/two.bin"))

      Then("Complete does the rest")
      assert(alice.post(s"/v1/jobs/$id/complete").json.path("result").asText == "S_OK")
      assert(content.isIn(fileOf("alice", "names/two.bin")))
    }

    Scenario("an existing destination is replaced, by the job that is completed last") {
      origin.put("/v1.bin", content)
      val newer = new Content(42, 70000)
      origin.put("/v2.bin", newer)
      val ids = Seq("/v1.bin", "/v2.bin").map(path => alice.create(job(Seq(file(origin.url(path), "same.bin")))))
      ids.foreach(alice.awaitState(_, "TRANSFERRED"))
      ids.foreach(id => alice.post(s"/v1/jobs/$id/complete"))
      assert(newer.isIn(fileOf("alice", "same.bin")))

      And("its history says so")
      val last = ids.map(id => events(id).last)
      assert(last.map(_.path("type").asText).distinct == Seq("JobAcknowledged"))
      assert(!last.head.has("replaced"))
      assert(last(1).path("replaced").elements.asScala.map(_.asInt).toSeq == Seq(0))
    }

    Scenario("a file that another job has replaced by one as long is not served any more as the first one's") {
      origin.put("/first.bin", content)
      val newer = new Content(43, content.size)
      origin.put("/second.bin", newer)
      val checksum = s""""sha256": "${content.sha256}""""
      for ((first, name) <- Seq(Nil -> "place.bin", Seq(checksum) -> "verified.bin")) {
        val ids = Seq(file(origin.url("/first.bin"), name, first: _*), file(origin.url("/second.bin"), name)).map { one =>
          val id = alice.create(job(Seq(one)))
          alice.awaitState(id, "TRANSFERRED")
          assert(alice.post(s"/v1/jobs/$id/complete").json.path("result").asText == "S_OK")
          assert(alice.get(s"/v1/jobs/$id/files/0/content").status == 200)
          id
        }
        val refused = alice.get(s"/v1/jobs/${ids.head}/files/0/content")
        assert(refused.status == 404)
        assert(refused.code == "BG_E_FILE_NOT_FOUND")
        val served = alice.get(s"/v1/jobs/${ids.last}/files/0/content")
        val digest = java.util.Base64.getEncoder.encodeToString(java.util.HexFormat.of().parseHex(newer.sha256))
        assert(served.status == 200)
        assert(served.headers.firstValue("Repr-Digest").orElse("") == s"sha-256=:$digest:")
        assert(newer.isIn(fileOf("alice", name)))
      }
    }

    Scenario("a file that is lost is not taken for the one that it was to replace, and can be fetched again") {
      Given("a destination with an older version of the same length and date")
      origin.put("/old.bin", content)
      val newer = new Content(44, content.size)
      origin.put("/new.bin", newer)
      val ids = Seq("/old.bin", "/new.bin").map { path =>
        val id = alice.create(job(Seq(file(origin.url(path), "lost/a.bin"))))
        alice.awaitState(id, "TRANSFERRED")
        if (path == "/old.bin") assert(alice.post(s"/v1/jobs/$id/complete").status == 200)
        id
      }

      When("somebody deletes the temporary file of the newer one before Complete")
      temporaryFiles("lost").foreach(Files.delete(_))
      val refused = alice.post(s"/v1/jobs/${ids.last}/complete")

      Then("the caller hears that it is gone, and the job stays")
      assert(refused.status == 409)
      assert(refused.code == "BG_E_FILE_NOT_FOUND")
      assert(state(ids.last) == "TRANSFERRED")
      assert(content.isIn(fileOf("alice", "lost/a.bin")))

      And("a retry of the file brings it back")
      alice.post(s"/v1/jobs/${ids.last}/files/0/retry")
      alice.awaitState(ids.last, "TRANSFERRED")
      assert(alice.post(s"/v1/jobs/${ids.last}/complete").json.path("result").asText == "S_OK")
      assert(newer.isIn(fileOf("alice", "lost/a.bin")))
    }

    Scenario("an available file is served with its digest, whatever letters its name has") {
      origin.put("/served.bin", content)
      val id = alice.create(job(Seq(file(origin.url("/served.bin"), "Zürich/東京.bin"))))
      alice.awaitState(id, "TRANSFERRED")
      alice.post(s"/v1/jobs/$id/complete")
      val served = alice.get(s"/v1/jobs/$id/files/0/content")
      val digest = java.util.Base64.getEncoder.encodeToString(java.util.HexFormat.of().parseHex(content.sha256))
      assert(served.headers.firstValue("Repr-Digest").orElse("") == s"sha-256=:$digest:")
      assert(served.headers.firstValue("ETag").isPresent)
    }
  }

  Feature("Cancel") {

    Scenario("while a file is transferred: the bytes stop and nothing is left") {
      val script = misbehaving.on("/cancelled.bin", Behaviours.trickles(content, 100, 10))
      val id = alice.create(job(Seq(file(misbehaving.url("/cancelled.bin"), "cancel/cancelled.bin"))))
      script.awaitSent(5000)
      val cancelled = alice.post(s"/v1/jobs/$id/cancel")
      assert(cancelled.json.path("result").asText == "S_OK")
      assert(cancelled.json.path("state").asText == "CANCELLED")
      assert(temporaryFiles("cancel").isEmpty)
      assert(!Files.exists(fileOf("alice", "cancel/cancelled.bin")))
    }

    Scenario("after everything is transferred: the files that were not completed are deleted") {
      origin.put("/unwanted.bin", content)
      val id = alice.create(job(Seq(file(origin.url("/unwanted.bin"), "unwanted/a.bin"))))
      alice.awaitState(id, "TRANSFERRED")
      assert(temporaryFiles("unwanted").size == 1)
      assert(alice.post(s"/v1/jobs/$id/cancel").status == 200)
      assert(temporaryFiles("unwanted").isEmpty)
      assert(alice.job(id).path("files").path(0).path("temporaryName").isNull)
      assert(states(id).last == "CANCELLED")
    }

    Scenario("many at once, by a filter") {
      val label = """"labels": {"chapter": "bulk"}"""
      val ids = (1 to 20).map(n => alice.create(s"""{"displayName": "bulk $n", $label}"""))
      alice.until(
        () => alice.get("/v1/jobs/count?label.chapter=bulk").json.path("total").asLong,
        (total: Long) => total == 20)
      val accepted = alice.post("/v1/jobs/cancel?label.chapter=bulk")
      assert(accepted.status == 202)
      val operation = accepted.headers.firstValue("Location").get
      val done = alice.until(
        () => alice.get(operation).json,
        (it: JsonNode) => it.path("state").asText == "DONE")
      assert(done.path("applied").asLong == 20)
      ids.foreach(id => assert(state(id) == "CANCELLED"))
    }
  }

  Feature("The owner's folder") {

    Scenario("no local name leads out of it") {
      for (name <- Seq("../bob/x", "/etc/passwd", "a/../../x", "a//b", "a/./b", "CON", "nul.txt", "", "a\\\\b", "C:x"))
        assert(
          alice.post("/v1/jobs", job(Seq(file(origin.url("/x"), name)))).code == "E_INVALIDARG",
          name
        )
    }

    Scenario("a link on the way is not followed") {
      val outside = Files.createTempDirectory("outside")
      Files.createDirectories(fileOf("alice", ""))
      Files.createSymbolicLink(fileOf("alice", "link"), outside)
      origin.put("/linked.bin", content)
      val id = alice.create(job(Seq(file(origin.url("/linked.bin"), "link/linked.bin"))))
      val failed = alice.awaitState(id, "ERROR")
      assert(failed.path("error").path("code").asText == "E_ACCESSDENIED")
      assert(failed.path("error").path("context").asText == "LOCAL_FILE")
      assert(Using.resource(Files.list(outside))(_.count) == 0)
      Files.delete(fileOf("alice", "link"))
      Files.delete(outside)
    }
  }
}
