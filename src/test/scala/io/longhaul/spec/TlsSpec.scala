package io.longhaul.spec

import com.fasterxml.jackson.databind.ObjectMapper
import io.longhaul.testkit.{Behaviours, Content, MisbehavingOrigin, TestAuthority}
import io.longhaul.testkit.TestAuthority.Leaf
import java.nio.file.Files
import javax.net.ServerSocketFactory
import scala.jdk.CollectionConverters._
import scala.util.Using

/** "The HTTP security flags say which faults of a server's certificate are ignored, and what becomes of a redirect." */
class TlsSpec extends NodeSpec {
  private val authority = new TestAuthority()
  private val stranger = new TestAuthority()
  private val folder = Files.createTempDirectory("longhaul-tls")
  private val trusted = authority.writePem(folder.resolve("trusted.pem"))
  private val content = new Content(23, 50000)

  override protected def settings: Seq[String] = Seq(
    s"""longhaul.secrets.keys = ["${"A" * 43}="]""",
    s"""longhaul.transfer.trusted-certificates = "$trusted"""",
    s"""longhaul.transfer.client-certificates = "$folder""""
  )

  private def served[A](sockets: ServerSocketFactory)(use: MisbehavingOrigin => A): A =
    Using.resource(new MisbehavingOrigin(sockets)) { server =>
      server.on("/a.bin", Behaviours.file(content))
      use(server)
    }

  private def flags(names: String*): String = names.mkString(""""securityFlags": ["""", """", """", """"]""")

  private def transfers(url: String, localName: String, more: String*): Unit = {
    val id = alice.create(job(Seq(file(url, localName)), more: _*))
    alice.awaitState(id, "TRANSFERRED")
    alice.post(s"/v1/jobs/$id/complete")
    assert(content.isIn(fileOf("alice", localName))): Unit
  }

  private def failsWith(url: String, cause: String, more: String*): Unit = {
    val id = alice.create(job(Seq(file(url, "never.bin")), more: _*))
    val error = alice.awaitState(id, "ERROR").path("error")
    assert(error.path("code").asText == "ERROR_WINHTTP_SECURE_FAILURE")
    assert(error.path("cause").path("code").asText == cause): Unit
  }

  private val everyOther = Map(
    "IGNORE_CERT_DATE_INVALID" -> "ERROR_WINHTTP_SECURE_CERT_DATE_INVALID",
    "IGNORE_UNKNOWN_CA" -> "ERROR_WINHTTP_SECURE_INVALID_CA",
    "IGNORE_CERT_CN_INVALID" -> "ERROR_WINHTTP_SECURE_CERT_CN_INVALID",
    "IGNORE_CERT_WRONG_USAGE" -> "ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE"
  )

  private def isIgnoredByItsFlagAlone(flag: String, sockets: ServerSocketFactory): Unit = served(sockets) { server =>
    val url = server.url("/a.bin")
    failsWith(url, everyOther(flag))
    failsWith(url, everyOther(flag), flags((everyOther.keySet - flag).toSeq.sorted: _*))
    transfers(url, s"$flag.bin", flags(flag))
  }

  Feature("A server's certificate") {

    Scenario("that has expired") {
      isIgnoredByItsFlagAlone("IGNORE_CERT_DATE_INVALID", authority.serverSockets(Leaf.USUAL.expired))
    }

    Scenario("that nobody who is trusted has signed") {
      isIgnoredByItsFlagAlone("IGNORE_UNKNOWN_CA", stranger.serverSockets())
    }

    Scenario("that is for another name") {
      isIgnoredByItsFlagAlone("IGNORE_CERT_CN_INVALID", authority.serverSockets("127.0.0.2"))
    }

    Scenario("that is not for servers") {
      isIgnoredByItsFlagAlone("IGNORE_CERT_WRONG_USAGE", authority.serverSockets(Leaf.USUAL.forClients))
    }

    Scenario("that its authority has revoked is refused where the job wants to know") {
      val list = misbehaving.url("/list.crl")
      def tells(bytes: Array[Byte]) = misbehaving.on(
        "/list.crl",
        (_, reply) => reply.head(200, "Content-Type: application/pkix-crl", s"Content-Length: ${bytes.length}").body(bytes): Unit
      )
      tells(authority.revocations(false))
      served(authority.serverSockets(Leaf.USUAL.revocableAt(list + "?good"))) { server =>
        transfers(server.url("/a.bin"), "good.bin", flags("ENABLE_CRL_CHECK"))
      }
      served(authority.serverSockets(Leaf.USUAL.revocableAt(list + "?bad"))) { server =>
        tells(authority.revocations(true))
        transfers(server.url("/a.bin"), "unasked.bin")
        failsWith(server.url("/a.bin"), "ERROR_WINHTTP_SECURE_CERT_REVOKED", flags("ENABLE_CRL_CHECK"))
        server.on("/half.bin", Behaviours.hangsAfter(content, 20000))
        val id = alice.create(job(Seq(file(server.url("/half.bin"), "half.bin"))))
        alice.awaitState(id, "TRANSFERRING")
        alice.patch(s"/v1/jobs/$id", s"{${flags("ENABLE_CRL_CHECK")}}")
        val error = alice.awaitState(id, "ERROR").path("error")
        assert(error.path("cause").path("code").asText == "ERROR_WINHTTP_SECURE_CERT_REVOKED", "in the middle of a file")
      }
    }
  }

  Feature("A client certificate") {

    Scenario("is shown to a server that demands one, and no job without one is let in") {
      authority.writeIdentity(folder, "sent")
      authority.writeIdentity(Files.createDirectory(folder.resolve("alice")), "kept")
      def pem(of: java.nio.file.Path, name: String) =
        Files.readString(of.resolve(s"$name.crt")) + Files.readString(of.resolve(s"$name.key"))
      Files.writeString(folder.resolve("alice/kept.pem"), pem(folder.resolve("alice"), "kept"))
      served(authority.serverSocketsForClientsWithCertificates()) { server =>
        val url = server.url("/a.bin")
        val id = alice.create(job(Seq(file(url, "sent.bin"))))
        val failed = alice.awaitState(id, "ERROR")
        assert(failed.path("error").path("code").asText == "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED")
        val body = new ObjectMapper().createObjectNode().put("pem", pem(folder, "sent")).toString
        assert(alice.put(s"/v1/jobs/$id/client-certificate", body).status == 204)
        alice.post(s"/v1/jobs/$id/resume")
        alice.awaitState(id, "TRANSFERRED")
        transfers(url, "kept.bin", """"clientCertificate": {"name": "kept"}""")
        val nobodys = alice.create(job(Seq(file(url, "no.bin")), """"clientCertificate": {"name": "other"}"""))
        alice.awaitState(nobodys, "ERROR")
        val again = alice.create(job(Seq(file(url, "again.bin"))))
        alice.awaitState(again, "ERROR")
      }
    }
  }

  Feature("Redirects") {

    Scenario("from https to http are followed where the job allows it") {
      origin.put("/plain.bin", content)
      served(authority.serverSockets()) { server =>
        server.on("/down", Behaviours.redirect(302, origin.url("/plain.bin")))
        val id = alice.create(job(Seq(file(server.url("/down"), "never.bin"))))
        alice.awaitState(id, "ERROR")
        assert(alice.get(s"/v1/jobs/$id/error").code == "ERROR_WINHTTP_REDIRECT_FAILED")
        transfers(server.url("/down"), "down.bin", flags("ALLOW_HTTPS_TO_HTTP"))
      }
    }

    Scenario("are followed silently, or told of, or refused and told of") {
      origin.put("/target.bin", content)
      misbehaving.on("/moved", Behaviours.redirect(301, origin.url("/target.bin")))
      val url = misbehaving.url("/moved")
      def remoteName(id: String) = alice.job(id).path("files").path(0).path("remoteName").asText
      val silent = alice.create(job(Seq(file(url, "silent.bin"))))
      alice.awaitState(silent, "TRANSFERRED")
      assert(remoteName(silent) == url)
      val told = alice.create(job(Seq(file(url, "told.bin")), """"redirectPolicy": "ALLOW_REPORT""""))
      alice.awaitState(told, "TRANSFERRED")
      assert(remoteName(told) == origin.url("/target.bin"))
      assert(typesOf(told).contains("FileRedirected"))
      val refused = alice.create(job(Seq(file(url, "refused.bin")), """"redirectPolicy": "DISALLOW""""))
      alice.awaitState(refused, "ERROR")
      assert(alice.get(s"/v1/jobs/$refused/error").code == "ERROR_WINHTTP_REDIRECT_FAILED")
      assert(remoteName(refused) == origin.url("/target.bin"))
      alice.post(s"/v1/jobs/$refused/resume")
      alice.awaitState(refused, "TRANSFERRED")
    }
  }

  Feature("Another HTTP method") {

    Scenario("is sent as it is, in the foreground, and never a second time by itself") {
      val script = misbehaving.on(
        "/report",
        Behaviours.closesEarly(content, 1000),
        Behaviours.file(content)
      )
      val id = alice.create(suspendedJob(Seq(file(misbehaving.url("/report"), "report.bin")), """"httpMethod": "POST""""))
      assert(alice.job(id).path("priority").asText == "FOREGROUND")
      assert(
        alice.patch(s"/v1/jobs/$id", """{"priority": "LOW"}""").code == "BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD"
      )
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "ERROR")
      assert(alice.patch(s"/v1/jobs/$id", """{"httpMethod": "GET"}""").code == "BG_E_READ_ONLY_PROPERTY_AFTER_RESUME")
      alice.post(s"/v1/jobs/$id/resume")
      alice.awaitState(id, "TRANSFERRED")
      val seen = script.requests.asScala
      assert(seen.map(_.method).toSeq == Seq("POST", "POST"))
      assert(seen.forall(_.header("range") == ""))
      assert(seen.forall(_.header("content-length") == "0"))
    }
  }
}
