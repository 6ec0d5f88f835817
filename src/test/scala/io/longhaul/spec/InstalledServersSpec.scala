package io.longhaul.spec

import io.longhaul.testkit.{Content, Guarded, Installed, Origin, TestAuthority, TestProxy}
import java.nio.file.Files
import org.scalatest.Assertion
import scala.jdk.OptionConverters._
import scala.util.Using

/**
 * Logins with the servers that operators run: Apache httpd and squid, where the machine has them; elsewhere with the ones
 * that the other specs have too.
 */
class InstalledServersSpec extends NodeSpec {
  private val user = "maps"
  private val password = "open sesame"
  private val content = new Content(23, 3000000)
  private val authority = new TestAuthority()
  private val trusted = authority.writePem(Files.createTempDirectory("longhaul-installed").resolve("trusted.pem"))
  private lazy val secure = Origin.https(authority)

  override protected def settings: Seq[String] = Seq(
    s"""longhaul.secrets.keys = ["${"A" * 43}="]""",
    s"""longhaul.transfer.trusted-certificates = "$trusted""""
  )

  override protected def beforeAll(): Unit = {
    origin.put("/file.bin", content)
    secure.put("/file.bin", content)
  }

  override protected def afterAll(): Unit = {
    super.afterAll()
    secure.close()
  }

  /** The name of who serves, so that a report tells which it was. */
  private def told(who: String): Unit = {
    info(who)
    println(s"InstalledServersSpec: $who")
  }

  private def giveLogin(id: String, target: String, scheme: String, pass: String): Unit = {
    val body = s"""{"scheme": "$scheme", "userName": "$user", "password": "$pass"}"""
    assert(alice.put(s"/v1/jobs/$id/credentials/$target", body).status == 204): Unit
  }

  private def resume(id: String): Unit = assert(alice.post(s"/v1/jobs/$id/resume").status == 200): Unit

  /** Without a login, and with a wrong one, the job is in ERROR; with the right one it has the file. */
  private def asks(url: String, localName: String, target: String, scheme: String, status: Int, more: String*): Assertion = {
    val id = alice.create(suspendedJob(Seq(file(url, localName)), more: _*))
    resume(id)
    alice.awaitState(id, "ERROR")
    assert(alice.get(s"/v1/jobs/$id/error").code == s"BG_E_HTTP_ERROR_$status")
    giveLogin(id, target, scheme, "wrong")
    resume(id)
    alice.awaitState(id, "ERROR")
    assert(alice.get(s"/v1/jobs/$id/error").code == s"BG_E_HTTP_ERROR_$status")
    giveLogin(id, target, scheme, password)
    resume(id)
    alice.awaitState(id, "TRANSFERRED")
    alice.post(s"/v1/jobs/$id/complete")
    assert(content.isIn(fileOf("alice", localName)))
  }

  Feature("A web server that asks") {

    Scenario("for Basic and for Digest") {
      Installed.apache(user, password, content.bytes).toScala match {
        case Some(apache) =>
          told("Apache httpd")
          Using.resource(apache) { server =>
            for (scheme <- Seq("basic", "digest"))
              asks(s"http://${server.address}/$scheme/file.bin", s"$scheme.bin", "SERVER", scheme.toUpperCase, 401)
          }
        case None =>
          told("Jetty, as Apache httpd is not installed")
          Using.resource(Guarded.byBasic(user, password, content.bytes)) { server =>
            asks(server.url("/file.bin"), "basic.bin", "SERVER", "BASIC", 401)
          }
          Using.resource(Guarded.byDigest(user, password, content.bytes)) { server =>
            asks(server.url("/file.bin"), "digest.bin", "SERVER", "DIGEST", 401)
          }
      }
    }
  }

  Feature("A proxy that asks") {

    for (scheme <- Seq("basic", "digest"))
      Scenario(s"for ${scheme.capitalize}, over http and by a tunnel for https") {
        def by(proxy: String): Unit =
          for ((url, name) <- Seq(origin.url("/file.bin") -> "plain", secure.url("/file.bin") -> "tunnel"))
            asks(
              url,
              s"$scheme-$name.bin",
              "PROXY",
              scheme.toUpperCase,
              407,
              s""""proxy": {"usage": "OVERRIDE", "list": "$proxy", "bypass": null}""")
        Installed.squid(scheme, user, password).toScala match {
          case Some(squid) =>
            told("squid")
            Using.resource(squid)(proxy => by(proxy.address))
          case None =>
            told("Jetty, as squid is not installed")
            val jetty = if (scheme == "basic") TestProxy.byBasic(user, password) else TestProxy.byDigest(user, password)
            Using.resource(jetty)(proxy => by(proxy.address))
        }
      }
  }
}
