package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.Behaviour
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import java.nio.file.Files
import java.security.MessageDigest
import java.util.Base64
import java.util.HexFormat
import java.util.zip.CRC32C
import scala.jdk.CollectionConverters._
import scala.util.Using

/**
 * "SetRemoteName changes the remote name; if size and timestamp are the same the transfer goes on where it was, else it
 * starts again." What IBackgroundCopyFile offers, and what is offered beyond it for one bad file among many.
 */
class FilesSpec extends SharedNodeSpec {

  private val content = new Content(61, 60000)
  private val other = new Content(62, 60000)

  private def fileOfJob(id: String, index: Int = 0): JsonNode = alice.get(s"/v1/jobs/$id/files/$index").json

  private def patchFile(id: String, body: String, index: Int = 0): ApiClient.Answer =
    alice.patch(s"/v1/jobs/$id/files/$index", body)

  private def verb(id: String, verb: String, body: String = "", index: Int = 0): ApiClient.Answer =
    alice.post(s"/v1/jobs/$id/files/$index/$verb", body)

  private def digest(algorithm: String, bytes: Array[Byte]): Array[Byte] =
    MessageDigest.getInstance(algorithm).digest(bytes)

  private def hex(bytes: Array[Byte]): String = HexFormat.of().formatHex(bytes)

  private def crc32c(bytes: Array[Byte]): String = {
    val crc = new CRC32C()
    crc.update(bytes)
    f"${crc.getValue}%08x"
  }

  /** As [[Behaviours.file]] answers to a request for all of it, with one more header. */
  private def sayingOf(content: Content, header: String): Behaviour =
    (_, reply) => {
      reply.head(200, "ETag: \"d\"", s"Content-Length: ${content.size}", header)
      reply.body(content, 0, content.size)
    }

  /** A job that waits in TRANSIENT_ERROR with a part of its file. */
  private def brokenOff(path: String, localName: String): String = {
    misbehaving.on(path, Behaviours.closesEarly(content, 20000), Behaviours.hangsBeforeAnswer())
    val id = alice.create(
      job(Seq(file(misbehaving.url(path), localName)), """"minimumRetryDelaySeconds": 600""")
    )
    alice.awaitState(id, "TRANSIENT_ERROR")
    assert(fileOfJob(id).path("bytesTransferred").asLong == 20000)
    id
  }

  private def completes(id: String, content: Content, localName: String): Unit = {
    alice.awaitState(id, "TRANSFERRED")
    assert(alice.post(s"/v1/jobs/$id/complete").json.path("result").asText == "S_OK")
    assert(content.isIn(fileOf("alice", localName)))
  }

  Feature("SetRemoteName") {

    Scenario("with the same size and date: goes on at the byte where it was, whatever the ETags say") {
      val id = brokenOff("/moved.bin", "names/moved.bin")
      val mirror = misbehaving.on(
        "/mirror.bin",
        (request, reply) =>
          if (request.header("if-range") == Behaviours.LAST_MODIFIED) {
            reply.head(
              206,
              "ETag: \"another-server\"",
              s"Last-Modified: ${Behaviours.LAST_MODIFIED}",
              "Content-Range: bytes 20000-59999/60000",
              "Content-Length: 40000"
            )
            reply.body(content, 20000, 60000)
          } else reply.head(400, "Content-Length: 0")
      )
      val changed = patchFile(id, s"""{"remoteName": "${misbehaving.url("/mirror.bin")}"}""")
      assert(changed.status == 200)
      assert(changed.json.path("remoteName").asText == misbehaving.url("/mirror.bin"))
      assert(changed.json.path("bytesTransferred").asLong == 20000)
      assert(state(id) == "TRANSIENT_ERROR")
      alice.post(s"/v1/jobs/$id/resume")
      completes(id, content, "names/moved.bin")
      assert(mirror.ranges.asScala == Seq("bytes=20000-"))
      assert(typesOf(id).contains("RemoteNamesChanged"))
      assert(!typesOf(id).contains("FileRestarted"))
    }

    Scenario("with another size or date: starts at 0") {
      val id = brokenOff("/gone.bin", "names/other.bin")
      misbehaving.on("/other.bin", Behaviours.chunked(other, 8000))
      patchFile(id, s"""{"remoteName": "${misbehaving.url("/other.bin")}"}""")
      alice.post(s"/v1/jobs/$id/resume")
      completes(id, other, "names/other.bin")
      assert(typesOf(id).contains("FileRestarted"))
    }

    Scenario("while the file is fetched: the job goes on from the new place by itself") {
      val slow = misbehaving.on("/slow.bin", Behaviours.hangsAfter(content, 1000))
      origin.put("/fast.bin", content)
      val id = alice.create(job(Seq(file(misbehaving.url("/slow.bin"), "names/fast.bin"))))
      slow.awaitSent(1000)
      patchFile(id, s"""{"remoteName": "${origin.url("/fast.bin")}"}""")
      completes(id, content, "names/fast.bin")
      slow.release()
      assert(events(id).exists(_.path("reason").asText == "FILE_CHANGED"))
    }

    Scenario("while another file is fetched: that one goes on where it is") {
      val slow = misbehaving.on("/whole.bin", Behaviours.hangsAfter(content, 1000))
      origin.put("/next.bin", content)
      val id = alice.create(
        job(Seq(
          file(misbehaving.url("/whole.bin"), "names/whole.bin"),
          file(misbehaving.url("/nowhere.bin"), "names/next.bin"),
          file(misbehaving.url("/nowhere.bin"), "names/never.bin")
        ))
      )
      slow.awaitSent(1000)
      alice.awaitState(id, "TRANSFERRING")
      assert(patchFile(id, s"""{"remoteName": "${origin.url("/next.bin")}"}""", 1).status == 200)
      assert(alice.post(s"/v1/jobs/$id/files/2/skip").status == 200)
      assert(state(id) == "TRANSFERRING")
      slow.release()
      alice.awaitState(id, "TRANSFERRED")
      assert(slow.requests.size == 1)
      assert(alice.post(s"/v1/jobs/$id/complete").json.path("result").asText == "BG_S_PARTIAL_COMPLETE")
      assert(content.isIn(fileOf("alice", "names/whole.bin")))
      assert(content.isIn(fileOf("alice", "names/next.bin")))
    }

    Scenario("of a finished file changes nothing; a bad name is refused; a final job changes no more") {
      origin.put("/done.bin", content)
      val id = alice.create(job(Seq(file(origin.url("/done.bin"), "names/done.bin"))))
      alice.awaitState(id, "TRANSFERRED")
      assert(patchFile(id, """{"remoteName": "http://127.0.0.1:1/x"}""").json.path("remoteName").asText
        == origin.url("/done.bin"))
      assert(patchFile(id, """{"remoteName": "ftp://a/b"}""").code == "E_INVALIDARG")
      assert(patchFile(id, """{"localName": "b"}""").code == "BG_E_READ_ONLY_PROPERTY")
      assert(patchFile(id, "{}").code == "E_INVALIDARG")
      assert(patchFile(id, """{"remoteName": "http://127.0.0.1:1/x"}""", 7).code == "BG_E_FILE_NOT_FOUND")
      alice.post(s"/v1/jobs/$id/cancel")
      assert(patchFile(id, """{"remoteName": "http://127.0.0.1:1/x"}""").code == "BG_E_INVALID_STATE")
    }
  }

  Feature("ReplaceRemotePrefix") {

    Scenario("replaces what begins so, in the same case, and says S_FALSE where nothing does") {
      val id = alice.create(
        suspendedJob(
          Seq(
            file("https://old.example/maps/a", "a"),
            file("https://old.example/MAPS/b", "b"),
            file("https://other.example/maps/c", "c")
          )
        )
      )
      def replace(before: String, after: String) =
        alice.post(s"/v1/jobs/$id/replace-remote-prefix", s"""{"oldPrefix": "$before", "newPrefix": "$after"}""")
      val replaced = replace("https://old.example/maps/", "http://new.example/")
      assert(replaced.json.path("result").asText == "S_OK")
      assert(replaced.json.path("files").elements.asScala.map(_.path("remoteName").asText).toSeq ==
        Seq("http://new.example/a", "https://old.example/MAPS/b", "https://other.example/maps/c"))
      assert(replace("https://old.example/maps/", "http://new.example/").json.path("result").asText == "S_FALSE")
      assert(replace("", "http://new.example/").code == "E_INVALIDARG")
      assert(replace("http://new.example/", "http://new.example/" + "x" * 2200).code == "E_INVALIDARG")
    }
  }

  Feature("Several URLs of a file") {

    Scenario("after one that does not heal the next is tried at once, and the file tells which served it") {
      misbehaving.on("/nowhere.bin", Behaviours.status(404))
      origin.put("/third.bin", content)
      val urls = Seq(misbehaving.url("/nowhere.bin"), "http://127.0.0.1:1/refused", origin.url("/third.bin"))
      val names = urls.map(url => s""""$url"""").mkString("[", ", ", "]")
      val id = alice.create(job(Seq(s"""{"remoteNames": $names, "localName": "urls/third.bin"}""")))
      completes(id, content, "urls/third.bin")
      assert(fileOfJob(id).path("remoteName").asText == origin.url("/third.bin"))
      assert(fileOfJob(id).path("remoteNames").elements.asScala.map(_.asText).toSeq == urls)
      val left = events(id).filter(_.path("type").asText == "SourceChanged")
      assert(left.head.path("error").path("code").asText == "BG_E_HTTP_ERROR_404")
      // One that refuses connections may heal: it has a second try before the third is asked
      assert(left(1).path("error").path("code").asText == "ERROR_WINHTTP_CANNOT_CONNECT")
      assert(states(id).contains("TRANSIENT_ERROR"))
      assert(!states(id).contains("ERROR"))
    }

    Scenario("one whose content is not what it should be is left too, and the file starts at 0") {
      origin.put("/stale.bin", other)
      origin.put("/right.bin", content)
      val names = s"""["${origin.url("/stale.bin")}", "${origin.url("/right.bin")}"]"""
      val id = alice.create(
        job(Seq(s"""{"remoteNames": $names, "localName": "urls/right.bin", "sha256": "${content.sha256}"}"""))
      )
      completes(id, content, "urls/right.bin")
      assert(events(id).exists(_.path("error").path("code").asText == "BG_E_VALIDATION_FAILED"))
      assert(!states(id).contains("ERROR"))
    }

    Scenario("one that brings the same beginning again and again is left for the next") {
      val breaksOff: Behaviour = (_, reply) => {
        reply.head(200, s"Content-Length: ${content.size}", "Accept-Ranges: none").body(content, 0, 20000).close()
      }
      val stuck = misbehaving.on("/stuck.bin", breaksOff)
      origin.put("/whole.bin", content)
      val names = s"""["${misbehaving.url("/stuck.bin")}", "${origin.url("/whole.bin")}"]"""
      val id = alice.create(
        job(Seq(s"""{"remoteNames": $names, "localName": "urls/whole.bin"}"""), """"minimumRetryDelaySeconds": 5""")
      )
      completes(id, content, "urls/whole.bin")
      assert(stuck.requests.size == 2)
    }

    Scenario("when none serves it the job is in ERROR with the last one's error") {
      misbehaving.on("/e1.bin", Behaviours.status(404))
      misbehaving.on("/e2.bin", Behaviours.status(403))
      val names = s"""["${misbehaving.url("/e1.bin")}", "${misbehaving.url("/e2.bin")}"]"""
      val id = alice.create(job(Seq(s"""{"remoteNames": $names, "localName": "urls/none.bin"}""")))
      val failed = alice.awaitState(id, "ERROR")
      assert(failed.path("error").path("code").asText == "BG_E_HTTP_ERROR_403")
      assert(failed.path("errorCount").asInt == 2)
    }
  }

  Feature("One bad file among many") {

    Scenario("is skipped: the job goes on, and Complete says that it is partial") {
      misbehaving.on("/bad.bin", Behaviours.status(404))
      origin.put("/good.bin", content)
      val id = alice.create(
        job(Seq(file(misbehaving.url("/bad.bin"), "many/bad.bin"), file(origin.url("/good.bin"), "many/good.bin")))
      )
      alice.awaitState(id, "ERROR")
      val skipped = verb(id, "skip")
      assert(skipped.json.path("result").asText == "S_OK")
      assert(skipped.json.path("files").path(0).path("skipped").asBoolean)
      alice.awaitState(id, "TRANSFERRED")
      assert(alice.post(s"/v1/jobs/$id/complete").json.path("result").asText == "BG_S_PARTIAL_COMPLETE")
      assert(content.isIn(fileOf("alice", "many/good.bin")))
      assert(!Files.exists(fileOf("alice", "many/bad.bin")))
    }

    Scenario("is tried again, and so is one that was skipped or is here already") {
      val script = misbehaving.on("/later.bin", Behaviours.status(404), Behaviours.file(content))
      val id = alice.create(job(Seq(file(misbehaving.url("/later.bin"), "many/later.bin"))))
      alice.awaitState(id, "ERROR")
      assert(verb(id, "skip").json.path("state").asText == "TRANSFERRED")
      assert(verb(id, "retry").json.path("state").asText == "QUEUED")
      alice.awaitState(id, "TRANSFERRED")
      assert(verb(id, "skip").code == "BG_E_INVALID_STATE")
      assert(!verb(id, "retry").json.path("files").path(0).path("transferred").asBoolean)
      completes(id, content, "many/later.bin")
      assert(script.requests.size == 3)
      val names = Using.resource(Files.list(fileOf("alice", "many")))(_.iterator.asScala.map(_.getFileName.toString).toList)
      assert(!names.exists(_.startsWith("BIT-")))
    }
  }

  Feature("Checksums") {

    Scenario("of every algorithm are held against the file; a wrong one is BG_E_VALIDATION_FAILED, the file at 0") {
      origin.put("/sums.bin", content)
      val right = Seq(
        "sha-256" -> content.sha256,
        "sha-512" -> hex(digest("SHA-512", content.bytes)),
        "md5" -> hex(digest("MD5", content.bytes)),
        "crc32c" -> crc32c(content.bytes)
      )
      def create(checksums: Seq[(String, String)]) = {
        val members = checksums.map { case (name, value) => s""""$name": "$value"""" }.mkString("{", ", ", "}")
        alice.create(job(Seq(file(origin.url("/sums.bin"), "sums.bin", s""""checksums": $members"""))))
      }
      val id = create(right)
      completes(id, content, "sums.bin")
      assert(fileOfJob(id).path("sha256").asText == content.sha256)
      for ((name, value) <- right) {
        val failed = alice.awaitState(create(Seq(name -> ("0" * value.length))), "ERROR")
        assert(failed.path("error").path("code").asText == "BG_E_VALIDATION_FAILED", name)
        assert(failed.path("error").path("context").asText == "REMOTE_FILE")
        assert(failed.path("files").path(0).path("bytesTransferred").asLong == 0)
      }
    }

    Scenario("that are none are refused") {
      def refusal(checksums: String) =
        alice.post("/v1/jobs", job(Seq(file(origin.url("/x"), "x", s""""checksums": $checksums""")))).code
      assert(refusal("""{"sha-1": "00"}""") == "BG_E_INVALID_HASH_ALGORITHM")
      assert(refusal("""{"md5": "00"}""") == "E_INVALIDARG")
      assert(refusal(s"""{"crc32c": "xxxxxxxx"}""") == "E_INVALIDARG")
    }

    Scenario("that the server sends are verified too") {
      def field(name: String, algorithm: String, bytes: Array[Byte]) =
        s"$name: $algorithm=:${Base64.getEncoder.encodeToString(bytes)}:"
      val sha256 = digest("SHA-256", content.bytes)
      val sha512 = digest("SHA-512", content.bytes)
      for (
        (header, good) <- Seq(
          field("Repr-Digest", "sha-256", sha256) -> true,
          (field("Repr-Digest", "sha-512", sha512) + ", sha-256=:AAAA:") -> true,
          field("Content-Digest", "sha-512", sha512) -> true,
          "Repr-Digest: nonsense" -> true,
          field("Repr-Digest", "unixsum", sha256) -> true,
          field("Repr-Digest", "sha-256", digest("SHA-256", other.bytes)) -> false,
          field("Content-Digest", "sha-256", digest("SHA-256", other.bytes)) -> false
        )
      ) {
        misbehaving.on("/digest.bin", sayingOf(content, header))
        val id = alice.create(job(Seq(file(misbehaving.url("/digest.bin"), "digest.bin"))))
        if (good) completes(id, content, "digest.bin")
        else {
          val failed = alice.awaitState(id, "ERROR")
          assert(failed.path("error").path("code").asText == "BG_E_VALIDATION_FAILED", header)
          assert(failed.path("files").path(0).path("bytesTransferred").asLong == 0)
        }
      }
    }
  }

  Feature("The validation state") {

    Scenario("is unset until the file is here; false makes the job fail, and Resume fetches the file again") {
      val script = misbehaving.on("/judged.bin", Behaviours.file(content))
      val id = alice.create(suspendedJob(Seq(file(misbehaving.url("/judged.bin"), "judged.bin"))))
      val early = patchFile(id, """{"validated": true}""")
      assert(early.status == 409)
      assert(early.code == "E_PENDING")
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
      assert(fileOfJob(id).path("validated").isNull)
      val rejected = patchFile(id, """{"validated": false}""")
      assert(rejected.json.path("bytesTransferred").asLong == 0)
      val failed = alice.job(id)
      assert(failed.path("state").asText == "ERROR")
      assert(failed.path("error").path("code").asText == "BG_E_VALIDATION_FAILED")
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
      assert(script.requests.size == 2)
      assert(patchFile(id, """{"validated": true}""").json.path("validated").asBoolean)
      assert(state(id) == "TRANSFERRED")
    }

    Scenario("is set by Complete where nobody has said anything") {
      origin.put("/unjudged.bin", content)
      val id = alice.create(job(Seq(file(origin.url("/unjudged.bin"), "unjudged.bin"))))
      completes(id, content, "unjudged.bin")
      assert(fileOfJob(id).path("validated").asBoolean)
    }
  }

  Feature("What can be asked of a file") {

    Scenario("its temporary name: a file beside the destination, until it has its own name") {
      origin.put("/named.bin", content)
      val id = alice.create(job(Seq(file(origin.url("/named.bin"), "temp/named.bin"))))
      alice.awaitState(id, "TRANSFERRED")
      val name = fileOfJob(id).path("temporaryName").asText
      assert(name.startsWith(s"temp/BIT-$id-0-"))
      assert(content.isIn(fileOf("alice", name)))
      alice.post(s"/v1/jobs/$id/complete")
      assert(fileOfJob(id).path("temporaryName").isNull)
    }

    Scenario("the headers of the last answer, where the job keeps them, but none that may be secret") {
      misbehaving.on(
        "/headers.bin",
        (_, reply) => {
          reply.head(200, s"Content-Length: ${content.size}", "X-Cache: HIT", "Set-Cookie: session=secret")
          reply.body(content, 0, content.size)
        }
      )
      def headers(more: String*) = {
        val id = alice.create(job(Seq(file(misbehaving.url("/headers.bin"), "headers.bin")), more: _*))
        alice.awaitState(id, "TRANSFERRED")
        fileOfJob(id).path("responseHeaders")
      }
      assert(headers().isNull)
      val kept = headers(""""keepResponseHeaders": true""").elements.asScala.map(_.asText).toSeq
      assert(kept.contains("X-Cache: HIT"))
      assert(!kept.exists(_.contains("secret")))
    }
  }
}
