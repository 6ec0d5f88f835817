package io.longhaul.spec

import io.longhaul.testkit.{Content, Origin, TestAuthority, TestKdc, TestProxy}
import java.net.ServerSocket
import java.nio.file.Files
import scala.jdk.CollectionConverters._
import scala.util.Using

/** "The proxies of a list are tried in order; hosts of the bypass list are reached without one." */
class ProxySpec extends NodeSpec {
  private val authority = new TestAuthority()
  private val trusted = authority.writePem(Files.createTempDirectory("longhaul-proxy").resolve("trusted.pem"))
  private val content = new Content(22, 50000)

  private lazy val secure = Origin.https(authority)
  private lazy val proxy = TestProxy.open()
  private lazy val asking = TestProxy.byBasic("maps", "open sesame")
  private lazy val digesting = TestProxy.byDigest("maps", "open sesame")
  private lazy val kdc = new TestKdc(Files.createTempDirectory("longhaul-proxy-kdc"), "maps", "open sesame")
  private lazy val negotiating = TestProxy.byNegotiate(kdc)
  private lazy val operators = TestProxy.open()

  override protected def settings: Seq[String] = Seq(
    s"""longhaul.secrets.keys = ["${"A" * 43}="]""",
    s"""longhaul.transfer.kerberos-conf = "${kdc.krb5Conf}"""",
    s"""longhaul.transfer.trusted-certificates = "$trusted"""",
    s"""longhaul.transfer.proxies = "${operators.address}""""
  )

  override protected def beforeAll(): Unit =
    for (path <- Seq("/a.bin", "/b.bin")) {
      origin.put(path, content)
      secure.put(path, content)
    }

  override protected def afterAll(): Unit = {
    super.afterAll()
    Seq[AutoCloseable](secure, proxy, asking, digesting, negotiating, operators, kdc).foreach(_.close())
  }

  private def proxied(usage: String, list: String = null, bypass: String = null): String = {
    def text(value: String) = if (value == null) "null" else s""""$value""""
    s""""proxy": {"usage": "$usage", "list": ${text(list)}, "bypass": ${text(bypass)}}"""
  }

  private def transfers(url: String, localName: String, more: String*): Unit = {
    val id = alice.create(job(Seq(file(url, localName)), more: _*))
    alice.awaitState(id, "TRANSFERRED")
    alice.post(s"/v1/jobs/$id/complete")
    assert(content.isIn(fileOf("alice", localName))): Unit
  }

  private def newlySeen(by: TestProxy)(during: => Unit): Seq[String] = {
    val before = by.seen.size
    during
    by.seen.asScala.toSeq.drop(before)
  }

  Feature("The proxy usage") {

    Scenario("PRECONFIG takes the operator's, NO_PROXY and AUTODETECT do not") {
      assert(newlySeen(operators)(transfers(origin.url("/a.bin"), "p1.bin")) == Seq(s"GET ${origin.host}"))
      assert(newlySeen(operators)(transfers(secure.url("/a.bin"), "p2.bin")) == Seq(s"CONNECT ${secure.host}"))
      assert(newlySeen(operators) {
        transfers(origin.url("/a.bin"), "p3.bin", proxied("NO_PROXY"))
        transfers(origin.url("/a.bin"), "p4.bin", proxied("AUTODETECT"))
      }.isEmpty)
    }

    Scenario("OVERRIDE takes the job's own, for http and by a tunnel for https") {
      assert(newlySeen(operators) {
        val seen = newlySeen(proxy) {
          transfers(origin.url("/a.bin"), "o1.bin", proxied("OVERRIDE", proxy.address))
          transfers(secure.url("/a.bin"), "o2.bin", proxied("OVERRIDE", s"http=nobody.invalid https=${proxy.address}"))
        }
        assert(seen == Seq(s"GET ${origin.host}", s"CONNECT ${secure.host}"))
      }.isEmpty)
    }

    Scenario("hosts of the bypass list are reached without") {
      assert(newlySeen(proxy) {
        transfers(origin.url("/a.bin"), "b1.bin", proxied("OVERRIDE", proxy.address, "*.0.0.1"))
      }.isEmpty)
    }

    Scenario("a proxy that is down is passed over; where none is up, the job is in TRANSIENT_ERROR") {
      val down = s"127.0.0.1:${Using.resource(new ServerSocket(0))(_.getLocalPort)}"
      val seen = newlySeen(proxy)(transfers(origin.url("/a.bin"), "d1.bin", proxied("OVERRIDE", s"$down ${proxy.address}")))
      assert(seen == Seq(s"GET ${origin.host}"))
      val id = alice.create(
        job(
          Seq(file(origin.url("/a.bin"), "d2.bin")),
          proxied("OVERRIDE", down),
          """"minimumRetryDelaySeconds": 600"""
        )
      )
      val stalled = alice.awaitState(id, "TRANSIENT_ERROR")
      assert(stalled.path("error").path("code").asText == "ERROR_WINHTTP_CANNOT_CONNECT")
      assert(stalled.path("error").path("context").asText == "GENERAL_TRANSPORT")
      assert(stalled.path("error").path("description").asText.contains(down))
    }
  }

  Feature("A proxy that asks who is there") {

    Scenario("without a login the job is in ERROR; with one it goes on, over http and https") {
      for ((url, name) <- Seq(origin.url("/a.bin") -> "q1.bin", secure.url("/a.bin") -> "q2.bin")) {
        val id = alice.create(job(Seq(file(url, name)), proxied("OVERRIDE", asking.address)))
        val failed = alice.awaitState(id, "ERROR")
        assert(failed.path("error").path("code").asText == "BG_E_HTTP_ERROR_407")
        alice.put(s"/v1/jobs/$id/credentials/SERVER", """{"scheme": "BASIC", "userName": "maps", "password": "open sesame"}""")
        alice.post(s"/v1/jobs/$id/resume")
        alice.awaitState(id, "ERROR")
        alice.put(s"/v1/jobs/$id/credentials/PROXY", """{"scheme": "BASIC", "userName": "maps", "password": "open sesame"}""")
        alice.post(s"/v1/jobs/$id/resume")
        alice.awaitState(id, "TRANSFERRED")
      }
      assert(origin.requests("/a.bin").asScala.forall(_.header("proxy-authorization") == ""))
    }

    Scenario("Digest and Negotiate: the answer is for the request, or for the tunnel of https") {
      for ((by, scheme) <- Seq(digesting -> "DIGEST", negotiating -> "NEGOTIATE"); from <- Seq(origin, secure)) {
        val files = Seq("/a.bin", "/b.bin").map(path => file(from.url(path), s"$scheme-${from.host.hashCode}$path"))
        val id = alice.create(suspendedJob(files, proxied("OVERRIDE", by.address)))
        def login(password: String) = {
          val body = s"""{"scheme": "$scheme", "userName": "maps", "password": "$password"}"""
          assert(alice.put(s"/v1/jobs/$id/credentials/PROXY", body).status == 204)
          alice.post(s"/v1/jobs/$id/resume")
        }
        login("wrong")
        assert(alice.awaitState(id, "ERROR").path("error").path("code").asText == "BG_E_HTTP_ERROR_407")
        val seen = newlySeen(by) {
          login("open sesame")
          alice.awaitState(id, "TRANSFERRED")
        }
        val method = if (from eq secure) "CONNECT" else "GET"
        // Through a tunnel go all files; else the second one is asked for with a login at once
        assert(seen == Seq.fill(if (from eq secure) 2 else 3)(s"$method ${from.host}"))
      }
    }
  }
}
