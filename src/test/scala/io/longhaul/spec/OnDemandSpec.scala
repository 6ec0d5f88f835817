package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import java.nio.file.Files
import scala.jdk.CollectionConverters._

/**
 * "In on-demand mode a job transfers nothing but the ranges that RequestFileRanges asks for, and is suspended when they
 * are here; UpdateDownloadPosition moves what is missing from there on to the front."
 */
class OnDemandSpec extends SharedNodeSpec {

  private val content = new Content(71, 100000)
  private val onDemand = """"onDemand": true"""

  private def range(first: Long, length: Long): String = s"""{"initialOffset": $first, "length": $length}"""

  private def request(id: String, ranges: String*): ApiClient.Answer =
    alice.post(s"/v1/jobs/$id/files/0/request-ranges", s"""{"ranges": ${ranges.mkString("[", ", ", "]")}}""")

  private def resume(id: String): Unit = assert(alice.post(s"/v1/jobs/$id/resume").status == 200): Unit

  private def held(id: String): Seq[(Long, Long)] =
    alice.get(s"/v1/jobs/$id/files/0").json.path("heldRanges").elements.asScala
      .map(piece => (piece.path("initialOffset").asLong, piece.path("length").asLong))
      .toSeq

  private def served(id: String): JsonNode =
    alice.until[JsonNode](
      () => alice.job(id),
      job => job.path("state").asText == "SUSPENDED" && job.path("progress").path("bytesTransferred").asLong > 0
    )

  Feature("RequestFileRanges") {

    Scenario("brings what is asked for, and the job is SUSPENDED again; the whole makes it TRANSFERRED") {
      val script = misbehaving.on("/parts.bin", Behaviours.file(content))
      Given("a job that was told to fetch nothing by itself")
      val id = alice.create(job(Seq(file(misbehaving.url("/parts.bin"), "parts.bin", s""""sha256": "${content.sha256}"""")), onDemand))
      assert(state(id) == "SUSPENDED")
      resume(id)
      assert(state(id) == "SUSPENDED")
      assert(script.requests.isEmpty)

      When("two parts that overlap are asked for")
      assert(request(id, range(50000, 10000), range(55000, 10000)).json.path("result").asText == "S_OK")
      resume(id)
      val first = served(id)

      Then("each byte came once, and lies at its own offset in the temporary file")
      assert(held(id) == Seq((50000L, 15000L)))
      assert(script.bytesSent == 15000)
      assert(first.path("progress").path("bytesTotal").asLong == 100000)
      val temporary = fileOf("alice", alice.get(s"/v1/jobs/$id/files/0").json.path("temporaryName").asText)
      assert(Files.readAllBytes(temporary).slice(50000, 65000).sameElements(content.part(50000, 15000)))
      assert(states(id).last == "SUSPENDED")

      When("the rest is asked for, beyond what is here")
      request(id, """{"initialOffset": 0, "length": null}""")
      resume(id)

      Then("only what is missing is fetched, and the file is verified as a whole")
      alice.awaitState(id, "TRANSFERRED")
      assert(script.bytesSent == 100000)
      assert(alice.post(s"/v1/jobs/$id/complete").json.path("result").asText == "S_OK")
      assert(content.isIn(fileOf("alice", "parts.bin")))
    }

    Scenario("goes on, after an interruption, with what is missing") {
      val script = misbehaving.on(
        "/broken.bin",
        Behaviours.closesEarly(content, 30000),
        Behaviours.file(content)
      )
      val id = alice.create(job(Seq(file(misbehaving.url("/broken.bin"), "broken.bin")), onDemand))
      request(id, range(0, 60000))
      resume(id)
      alice.until[Seq[(Long, Long)]](() => held(id), _ == Seq((0L, 60000L)))
      assert(script.requests.size == 2)
      assert(script.requests.get(1).header("range") == "bytes=30000-59999")
    }

    Scenario("refuses what makes no sense") {
      origin.put("/r.bin", content)
      val plain = alice.create(suspendedJob(Seq(file(origin.url("/r.bin"), "r.bin"))))
      assert(request(plain, range(0, 1)).code == "BG_E_INVALID_STATE")
      val id = alice.create(suspendedJob(Seq(file(origin.url("/r.bin"), "r.bin")), onDemand))
      assert(request(id).code == "E_INVALIDARG")
      assert(request(id, range(-1, 1)).code == "BG_E_INVALID_RANGE")
      assert(request(id, range(0, 0)).code == "BG_E_INVALID_RANGE")
      assert(request(id, (0 to 500).map(n => range(n * 2L, 1)): _*).code == "BG_E_TOO_MANY_RANGES_IN_FILE")

      Given("a part beyond the end, before anybody knows where that is")
      assert(request(id, range(99999, 2)).status == 200)
      resume(id)
      val failed = alice.awaitState(id, "ERROR")
      assert(failed.path("error").path("code").asText == "BG_E_INVALID_RANGE")
      assert(failed.path("files").path(0).path("bytesTotal").asLong == content.size)

      Then("it holds up no others, and is refused from then on")
      assert(request(id, range(99999, 2)).code == "BG_E_INVALID_RANGE")
      assert(request(id, range(0, 10)).status == 200)
      resume(id)
      served(id)
      assert(held(id) == Seq((0L, 10L)))
    }

    Scenario("of an empty file is all of it") {
      origin.put("/empty.bin", new Content(1, 0))
      val id = alice.create(job(Seq(file(origin.url("/empty.bin"), "empty.bin")), onDemand))
      request(id, """{"initialOffset": 0, "length": null}""")
      resume(id)
      alice.awaitState(id, "TRANSFERRED")
    }

    Scenario("is measured by what is asked for where the job may not fetch more") {
      origin.put("/large.bin", content)
      val id = alice.create(
        job(Seq(file(origin.url("/large.bin"), "large.bin")), onDemand, """"maxDownloadBytes": 5000""")
      )
      request(id, range(50000, 1000))
      resume(id)
      served(id)
      assert(held(id) == Seq((50000L, 1000L)))
    }

    Scenario("of a server without ranges is BG_E_RANDOM_ACCESS_NOT_SUPPORTED") {
      misbehaving.on("/noranges.bin", Behaviours.ignoresRange(content))
      val id = alice.create(job(Seq(file(misbehaving.url("/noranges.bin"), "noranges.bin")), onDemand))
      request(id, range(10, 10))
      resume(id)
      val failed = alice.awaitState(id, "ERROR")
      assert(failed.path("error").path("code").asText == "BG_E_RANDOM_ACCESS_NOT_SUPPORTED")
    }
  }

  Feature("UpdateDownloadPosition") {

    Scenario("brings what is missing from there on first, of any job") {
      val script = misbehaving.on("/film.bin", Behaviours.file(content))
      val id = alice.create(suspendedJob(Seq(file(misbehaving.url("/film.bin"), "film.bin"))))
      val moved = alice.post(s"/v1/jobs/$id/files/0/position", """{"offset": 70000}""")
      assert(moved.json.path("result").asText == "S_OK")
      resume(id)
      alice.awaitState(id, "TRANSFERRED")
      assert(script.ranges.asScala == Seq("bytes=70000-", "bytes=0-69999"))
      alice.post(s"/v1/jobs/$id/complete")
      assert(content.isIn(fileOf("alice", "film.bin")))
    }

    Scenario("while the file is fetched") {
      val script = misbehaving.on("/live.bin", Behaviours.hangsAfter(content, 10000), Behaviours.file(content))
      val id = alice.create(job(Seq(file(misbehaving.url("/live.bin"), "live.bin"))))
      script.awaitSent(10000)
      // Sent is not yet received, and the end of the file is known from what is
      alice.until[Long](() => alice.job(id).path("progress").path("bytesTotal").asLong, _ == content.size)
      alice.post(s"/v1/jobs/$id/files/0/position", """{"offset": 50000}""")
      script.awaitRequests(2)
      script.release()
      alice.awaitState(id, "TRANSFERRED")
      assert(script.requests.get(1).header("range") == "bytes=50000-99999")
      alice.post(s"/v1/jobs/$id/complete")
      assert(content.isIn(fileOf("alice", "live.bin")))
    }

    Scenario("of a server without ranges is given up by trying the file again") {
      misbehaving.on("/plain.bin", Behaviours.ignoresRange(content))
      val id = alice.create(suspendedJob(Seq(file(misbehaving.url("/plain.bin"), "plain.bin"))))
      alice.post(s"/v1/jobs/$id/files/0/position", """{"offset": 500}""")
      resume(id)
      val failed = alice.awaitState(id, "ERROR")
      assert(failed.path("error").path("code").asText == "BG_E_RANDOM_ACCESS_NOT_SUPPORTED")
      assert(alice.post(s"/v1/jobs/$id/files/0/retry").status == 200)
      alice.awaitState(id, "TRANSFERRED")
      alice.post(s"/v1/jobs/$id/complete")
      assert(content.isIn(fileOf("alice", "plain.bin")))
    }

    Scenario("refuses an offset beyond the end") {
      val id = alice.create(suspendedJob(Seq(file(origin.url("/x"), "x"))))
      assert(alice.post(s"/v1/jobs/$id/files/0/position", """{"offset": -1}""").code == "BG_E_INVALID_RANGE")
    }
  }
}
