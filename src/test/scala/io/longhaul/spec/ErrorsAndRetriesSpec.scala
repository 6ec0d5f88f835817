package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.Behaviour
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.FullBacklog
import io.longhaul.testkit.MisbehavingOrigin
import java.net.ServerSocket
import java.nio.file.Files
import java.time.Duration
import java.time.Instant
import scala.util.Using

/**
 * "A fatal error moves the job to BG_JOB_STATE_ERROR; a transient error to BG_JOB_STATE_TRANSIENT_ERROR, from which it is
 * queued again once the minimum retry delay has passed."
 */
class ErrorsAndRetriesSpec extends NodeSpec {

  override protected def settings: Seq[String] = Seq(
    "longhaul.transfer.connect-timeout = 500ms",
    "longhaul.transfer.response-timeout = 500ms",
    "longhaul.transfer.stall-timeout = 500ms",
    "longhaul.transfer.max-redirects = 3"
  )

  private val content = new Content(11, 100000)

  private def start(path: String, more: String*): String =
    alice.create(job(Seq(file(misbehaving.url(path), path.drop(1))), more: _*))

  private def errorOf(id: String): JsonNode = alice.get(s"/v1/jobs/$id/error").json

  private def failsWith(path: String, code: String, context: String, more: String*): Unit = {
    val id = start(path, more: _*)
    alice.awaitState(id, "ERROR")
    assert(errorOf(id).path("code").asText == code)
    assert(errorOf(id).path("context").asText == context)
    assert(alice.job(id).path("errorCount").asInt == 1)
    assert(!Files.exists(fileOf("alice", path.drop(1)))): Unit
  }

  /** Without a second try, so that the error can be looked at. */
  private def stallsWith(url: String, code: String, context: String): String = {
    val id = alice.create(
      job(Seq(file(url, "stalls.bin")), """"minimumRetryDelaySeconds": 600""")
    )
    val stalled = alice.awaitState(id, "TRANSIENT_ERROR")
    assert(errorOf(id).path("code").asText == code)
    assert(errorOf(id).path("context").asText == context)
    assert(!stalled.path("nextRetryAt").isNull)
    assert(stalled.path("errorCount").asInt == 1)
    id
  }

  private def timesOut(url: String, cause: String, hresult: String): String = {
    val id = stallsWith(url, "ERROR_WINHTTP_TIMEOUT", "GENERAL_TRANSPORT")
    assert(errorOf(id).path("cause").path("code").asText == cause)
    assert(errorOf(id).path("cause").path("hresult").asText == hresult)
    id
  }

  Feature("Fatal errors") {

    Scenario("an HTTP status that waiting does not heal") {
      for (status <- Seq(400, 401, 403, 404, 410, 501, 505)) {
        misbehaving.on(s"/s$status", Behaviours.status(status))
        failsWith(s"/s$status", s"BG_E_HTTP_ERROR_$status", "REMOTE_FILE")
      }
      val id = start("/s404")
      alice.awaitState(id, "ERROR")
      assert(errorOf(id).path("hresult").asText == "0x80190194")
    }

    Scenario("a redirect loop, a chain that is too long, and a scheme that is none of ours") {
      misbehaving.on("/loop", Behaviours.redirect(302, "/loop"))
      failsWith("/loop", "ERROR_WINHTTP_REDIRECT_FAILED", "REMOTE_FILE")
      for (hop <- 0 to 4) misbehaving.on(s"/hop$hop", Behaviours.redirect(302, s"/hop${hop + 1}"))
      failsWith("/hop0", "ERROR_WINHTTP_REDIRECT_FAILED", "REMOTE_FILE")
      misbehaving.on("/ftp", Behaviours.redirect(302, "ftp://127.0.0.1/x"))
      failsWith("/ftp", "ERROR_WINHTTP_REDIRECT_FAILED", "REMOTE_FILE")
    }

    Scenario("content that is not what its checksum says is never available") {
      misbehaving.on("/wrong.bin", Behaviours.file(content))
      val id = alice.create(
        job(Seq(file(misbehaving.url("/wrong.bin"), "wrong.bin", s""""sha256": "${"0" * 64}"""")))
      )
      alice.awaitState(id, "ERROR")
      assert(errorOf(id).path("code").asText == "BG_E_VALIDATION_FAILED")
      assert(alice.job(id).path("files").path(0).path("bytesTransferred").asLong == 0)
      alice.post(s"/v1/jobs/$id/complete")
      assert(!Files.exists(fileOf("alice", "wrong.bin")))
    }

    Scenario("more bytes than the job may have, and a body without end") {
      misbehaving.on("/big.bin", Behaviours.file(content))
      failsWith("/big.bin", "BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED", "REMOTE_FILE", """"maxDownloadBytes": 50000""")
      misbehaving.on("/endless.bin", Behaviours.endless())
      failsWith("/endless.bin", "BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED", "REMOTE_FILE", """"maxDownloadBytes": 5000000""")
    }

    Scenario("a server without ranges or length, where the job requires them") {
      misbehaving.on("/nolength.bin", Behaviours.withoutLength(content))
      failsWith("/nolength.bin", "BG_E_MISSING_FILE_SIZE", "REMOTE_FILE", """"requireRanges": true""")
    }

    Scenario("an ERROR is left by Resume, and one bad file does not lose the good ones") {
      origin.put("/good.bin", content)
      val id = alice.create(job(Seq(file(origin.url("/good.bin"), "good.bin"), file(origin.url("/later.bin"), "later.bin"))))
      val failed = alice.awaitState(id, "ERROR")
      assert(failed.path("error").path("fileIndex").asInt == 1)
      assert(failed.path("progress").path("filesTransferred").asInt == 1)
      origin.put("/later.bin", content)
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
      assert(origin.requests("/good.bin").size == 1)
      assert(alice.get(s"/v1/jobs/$id/error").code == "BG_E_ERROR_INFORMATION_UNAVAILABLE")
    }
  }

  Feature("Transient errors") {

    Scenario("a status that may heal, a closed port, a broken connection, something that is not HTTP") {
      for (status <- Seq(408, 409, 429, 500, 502, 503)) {
        misbehaving.on(s"/t$status", Behaviours.status(status))
        stallsWith(misbehaving.url(s"/t$status"), s"BG_E_HTTP_ERROR_$status", "REMOTE_FILE")
      }
      val closed = Using.resource(new ServerSocket(0))(_.getLocalPort)
      stallsWith(s"http://127.0.0.1:$closed/x", "ERROR_WINHTTP_CANNOT_CONNECT", "GENERAL_TRANSPORT")
      misbehaving.on("/early", Behaviours.closesEarly(content, 1000))
      stallsWith(misbehaving.url("/early"), "ERROR_WINHTTP_CONNECTION_ERROR", "GENERAL_TRANSPORT")
      misbehaving.on("/garbage", Behaviours.garbage())
      stallsWith(misbehaving.url("/garbage"), "ERROR_WINHTTP_INVALID_SERVER_RESPONSE", "GENERAL_TRANSPORT")
      val zero: Behaviour = (_, reply) => reply.raw("HTTP/1.1 000 Zero\r\nContent-Length: 5\r\n\r\nhello").close()
      misbehaving.on("/zero-status", zero)
      stallsWith(misbehaving.url("/zero-status"), "ERROR_WINHTTP_INVALID_SERVER_RESPONSE", "GENERAL_TRANSPORT")
      stallsWith("http://no-such-name.invalid/x", "ERROR_WINHTTP_NAME_NOT_RESOLVED", "GENERAL_TRANSPORT")
    }

    Scenario("no connection, no first byte, no further byte: each has its limit") {
      Using.resource(new FullBacklog()) { full =>
        timesOut(full.url("/x"), "WSAETIMEDOUT", "0x8007274C")
      }
      misbehaving.on("/mute", Behaviours.hangsBeforeAnswer())
      timesOut(misbehaving.url("/mute"), "ERROR_TIMEOUT", "0x800705B4")
      misbehaving.on("/stalls", Behaviours.hangsAfter(content, 1000))
      val id = timesOut(misbehaving.url("/stalls"), "DO_E_DOWNLOAD_NO_PROGRESS", "0x80D02002")
      assert(errorOf(id).path("description").asText.contains("bytes came within"))
    }

    Scenario("a job is tried again after the minimum retry delay, and what was transferred stays") {
      val script = misbehaving.on(
        "/heals.bin",
        Behaviours.closesEarly(content, 60000),
        Behaviours.status(503),
        Behaviours.file(content)
      )
      val id = start("/heals.bin")
      alice.awaitState(id, "TRANSFERRED")
      assert(alice.job(id).path("errorCount").asInt == 2)
      assert(states(id).count(_ == "TRANSIENT_ERROR") == 2)
      assert(script.ranges.get(1) == "bytes=60000-")
      assert(script.ranges.get(2) == "bytes=60000-")
      alice.post(s"/v1/jobs/$id/complete")
      assert(content.isIn(fileOf("alice", "heals.bin")))
    }

    Scenario("Resume tries again at once") {
      misbehaving.on("/now.bin", Behaviours.status(503), Behaviours.file(content))
      val id = start("/now.bin", """"minimumRetryDelaySeconds": 600""")
      alice.awaitState(id, "TRANSIENT_ERROR")
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
    }

    Scenario("Retry-After, in seconds or as a date, is obeyed where it is longer, for a day at most") {
      def startAt(host: MisbehavingOrigin, answer: Behaviour): String = {
        host.on("/later", answer)
        alice.create(job(Seq(file(host.url("/later"), "later"))))
      }
      Using.resources(new MisbehavingOrigin(), new MisbehavingOrigin()) { (one, other) =>
        val seconds = startAt(one, Behaviours.status(503, "Retry-After: 3600"))
        val inAnHour = Instant.parse(alice.awaitState(seconds, "TRANSIENT_ERROR").path("nextRetryAt").asText)
        assert(Duration.between(Instant.now(), inAnHour).toMinutes >= 58)
        val date = startAt(other, Behaviours.status(429, "Retry-After: Wed, 01 Jan 2098 00:00:00 GMT"))
        val far = Instant.parse(alice.awaitState(date, "TRANSIENT_ERROR").path("nextRetryAt").asText)
        assert(Duration.between(Instant.now(), far).toHours == 23)
      }
    }

    Scenario("the error stays readable until bytes flow again, and explain says when the job is tried") {
      misbehaving.on("/explained", Behaviours.status(503))
      val id = start("/explained", """"minimumRetryDelaySeconds": 600""")
      alice.awaitState(id, "TRANSIENT_ERROR")
      assert(alice.job(id).path("error").path("code").asText == "BG_E_HTTP_ERROR_503")
      val explained = alice.get(s"/v1/jobs/$id/explain").json
      assert(explained.path("state").asText == "TRANSIENT_ERROR")
      assert(!explained.path("reasons").path(0).path("until").isNull)
    }
  }

  Feature("No progress") {

    Scenario("a job that fails for too long without a byte is in ERROR, with the last error as the cause") {
      misbehaving.on("/never", Behaviours.status(503))
      val id = start("/never", """"noProgressTimeoutSeconds": 1""")
      alice.awaitState(id, "ERROR")
      assert(errorOf(id).path("code").asText == "BG_E_NO_PROGRESS")
      assert(errorOf(id).path("cause").path("code").asText == "BG_E_HTTP_ERROR_503")
      assert(alice.job(id).path("errorCount").asInt > 1)
    }

    Scenario("a no-progress timeout of zero makes every error fatal, and so does a retry delay that is longer") {
      misbehaving.on("/zero", Behaviours.status(503))
      failsWith("/zero", "BG_E_HTTP_ERROR_503", "REMOTE_FILE", """"noProgressTimeoutSeconds": 0""")
      failsWith(
        "/zero",
        "BG_E_HTTP_ERROR_503",
        "REMOTE_FILE",
        """"noProgressTimeoutSeconds": 10""",
        """"minimumRetryDelaySeconds": 11"""
      )
    }

    Scenario("the maximum download time counts while the job has a slice") {
      misbehaving.on("/slow", Behaviours.trickles(content, 2000, 50))
      failsWith("/slow", "BG_E_MAXDOWNLOAD_TIMEOUT", "GENERAL_QUEUE_MANAGER", """"maximumDownloadTimeSeconds": 1""")
    }
  }
}
