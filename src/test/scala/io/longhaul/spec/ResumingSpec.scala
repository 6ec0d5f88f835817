package io.longhaul.spec

import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.Origin
import io.longhaul.testkit.TestAuthority
import io.longhaul.testkit.TestNode
import java.nio.file.Files
import scala.util.Using

/** "If a transfer is interrupted it is resumed at the byte where it was", and two versions of a file are never mixed. */
class ResumingSpec extends NodeSpec {

  private val content = new Content(51, 200000)
  private val newer = new Content(52, 210000)

  private def download(path: String): String = alice.create(job(Seq(file(misbehaving.url(path), path.drop(1)))))

  private def complete(id: String): Unit = {
    alice.awaitState(id, "TRANSFERRED")
    assert(alice.post(s"/v1/jobs/$id/complete").status == 200): Unit
  }

  Feature("Going on in the middle") {

    Scenario("after a connection that broke") {
      val script = misbehaving.on("/broke.bin", Behaviours.resetsAfter(content, 90000), Behaviours.file(content))
      complete(download("/broke.bin"))
      assert(script.requests.size == 2)
      assert(script.ranges.get(1).matches("bytes=[1-9][0-9]*-"))
      assert(script.requests.get(1).header("if-range") == Behaviours.etag(content))
      assert(content.isIn(fileOf("alice", "broke.bin")))
    }

    Scenario("after a Suspend") {
      val script = misbehaving.on("/suspended.bin", Behaviours.hangsAfter(content, 70000), Behaviours.file(content))
      val id = download("/suspended.bin")
      script.awaitSent(70000)
      alice.awaitMessage(id, "progress", _.path("bytesTransferred").asLong == 70000)
      alice.post(s"/v1/jobs/$id/suspend")
      alice.post(s"/v1/jobs/$id/resume")
      complete(id)
      assert(script.ranges.get(1) == "bytes=70000-")
      assert(content.isIn(fileOf("alice", "suspended.bin")))
    }

    Scenario("after the node was ended and started again") {
      val script = misbehaving.on("/ended.bin", Behaviours.hangsAfter(content, 80000), Behaviours.file(content))
      Using.resource(TestNode.start()) { other =>
        val id = Using.resource(other.client("alice")) { client =>
          val created = client.create(job(Seq(file(misbehaving.url("/ended.bin"), "ended.bin"))))
          script.awaitSent(80000)
          client.awaitMessage(created, "progress", _.path("bytesTransferred").asLong == 80000)
          created
        }
        other.restart()
        Using.resource(other.client("alice")) { client =>
          client.awaitState(id, "TRANSFERRED")
          client.post(s"/v1/jobs/$id/complete")
        }
        assert(script.ranges.get(1) == "bytes=80000-")
        assert(content.isIn(other.files("alice").resolve("ended.bin")))
      }
    }
  }

  Feature("Never two versions in one file") {

    Scenario("the file changes between two attempts: it is fetched from the start") {
      val script = misbehaving.on("/changed.bin", Behaviours.closesEarly(content, 90000), Behaviours.file(newer))
      val id = download("/changed.bin")
      complete(id)
      assert(newer.isIn(fileOf("alice", "changed.bin")))
      assert(typesOf(id).contains("FileRestarted"))
      assert(script.requests.size == 2)
    }

    Scenario("the server answers with another part than was asked for: nothing of it is kept") {
      misbehaving.on("/otherpart.bin", Behaviours.closesEarly(content, 90000), Behaviours.wrongRange(content, 10))
      val id = download("/otherpart.bin")
      assert(alice.awaitState(id, "ERROR").path("error").path("code").asText == "BG_E_INVALID_SERVER_RESPONSE")
      assert(alice.job(id).path("files").path(0).path("bytesTransferred").asLong == 90000)
    }

    Scenario("the server ignores ranges: the file is fetched from the start, and says that it cannot be resumed") {
      misbehaving.on("/noranges.bin", Behaviours.closesEarly(content, 90000), Behaviours.ignoresRange(content))
      val id = download("/noranges.bin")
      complete(id)
      assert(content.isIn(fileOf("alice", "noranges.bin")))
      assert(alice.job(id).path("files").path(0).path("resumable").asBoolean(true) == false)
    }
  }

  Feature("Servers that tell little") {

    Scenario("no length") {
      misbehaving.on("/nolength.bin", Behaviours.withoutLength(content))
      misbehaving.on("/chunked.bin", Behaviours.chunked(content, 7000))
      for (name <- Seq("nolength.bin", "chunked.bin")) {
        val id = download(s"/$name")
        complete(id)
        assert(content.isIn(fileOf("alice", name)))
        assert(alice.job(id).path("files").path(0).path("bytesTotal").asLong == 200000)
      }
    }

    Scenario("an empty file") {
      misbehaving.on("/empty.bin", Behaviours.file(new Content(53, 0)))
      complete(download("/empty.bin"))
      assert(Files.size(fileOf("alice", "empty.bin")) == 0)
    }
  }

  Feature("Byte ranges") {

    Scenario("the ranges of a file are put together in the order in which they are named") {
      origin.put("/ranged.bin", content)
      val ranges =
        """"ranges": [{"initialOffset": 100000, "length": 5000}, {"initialOffset": 10, "length": 90}, {"initialOffset": 199000, "length": null}]"""
      val id = alice.create(job(Seq(file(origin.url("/ranged.bin"), "ranged.bin", ranges))))
      alice.awaitState(id, "TRANSFERRED")
      assert(alice.job(id).path("progress").path("bytesTotal").asLong == 6090)
      alice.post(s"/v1/jobs/$id/complete")
      val expected = content.part(100000, 5000) ++ content.part(10, 90) ++ content.part(199000, 1000)
      assert(java.util.Arrays.equals(Files.readAllBytes(fileOf("alice", "ranged.bin")), expected))
    }

    Scenario("a server without ranges cannot serve them") {
      misbehaving.on("/rangeless.bin", Behaviours.ignoresRange(content))
      val ranges = """"ranges": [{"initialOffset": 5, "length": 10}]"""
      val id = alice.create(job(Seq(file(misbehaving.url("/rangeless.bin"), "rangeless.bin", ranges))))
      assert(alice.awaitState(id, "ERROR").path("error").path("code").asText == "BG_E_INSUFFICIENT_RANGE_SUPPORT")
    }

    Scenario("ranges that overlap, that are none, or that are too many are refused") {
      def refusal(ranges: String): String =
        alice.post("/v1/jobs", job(Seq(file(origin.url("/r"), "r", s""""ranges": $ranges""")))).code
      assert(
        refusal("""[{"initialOffset": 0, "length": 10}, {"initialOffset": 9, "length": 1}]""") == "BG_E_OVERLAPPING_RANGES"
      )
      assert(refusal("""[{"initialOffset": -1, "length": 10}]""") == "BG_E_INVALID_RANGE")
      assert(refusal("[]") == "E_INVALIDARG")
      val many = (0 to 500).map(n => s"""{"initialOffset": ${n * 10}, "length": 1}""").mkString("[", ",", "]")
      assert(refusal(many) == "BG_E_TOO_MANY_RANGES_IN_FILE")
    }
  }

  Feature("HTTPS") {

    Scenario("a server whose certificate is trusted besides those of the JVM, and one whose is not") {
      val authority = new TestAuthority()
      val pem = authority.writePem(Files.createTempFile("authority", ".pem"))
      val tls = Origin.https(authority)
      val large = new Content(54, 20000000)
      tls.put("/tls.bin", large)
      Using.resource(TestNode.start(s"""longhaul.transfer.trusted-certificates = "$pem"""")) { trusting =>
        Using.resource(trusting.client("alice")) { client =>
          val id = client.create(job(Seq(file(tls.url("/tls.bin"), "tls.bin"))))
          client.awaitState(id, "TRANSFERRED")
          client.post(s"/v1/jobs/$id/complete")
          assert(large.isIn(trusting.files("alice").resolve("tls.bin")))
        }
      }
      val id = alice.create(job(Seq(file(tls.url("/tls.bin"), "tls.bin"))))
      assert(alice.awaitState(id, "ERROR").path("error").path("code").asText == "ERROR_WINHTTP_SECURE_FAILURE")
      tls.close()
      Files.delete(pem)
    }
  }
}
