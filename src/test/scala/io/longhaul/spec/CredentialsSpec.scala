package io.longhaul.spec

import ch.qos.logback.classic.{Level, Logger}
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.AppenderBase
import io.longhaul.testkit.{Behaviours, Content, Guarded, MisbehavingOrigin, Ntlm, TestKdc}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.util.HexFormat
import java.util.concurrent.{ConcurrentLinkedQueue, Executors}
import org.slf4j.LoggerFactory
import scala.jdk.CollectionConverters._
import scala.util.Using

/**
 * "The credentials are kept encrypted for the life of the job. BITS uses them when the server or the proxy asks; without
 * credentials, or with wrong ones, the job moves to BG_JOB_STATE_ERROR with HTTP status 401 or 407."
 */
class CredentialsSpec extends NodeSpec {
  private val password = "open-sesame-4711"
  private val header = "header-secret-4712"

  private lazy val kdc = new TestKdc(Files.createTempDirectory("longhaul-kdc"), "maps", password)

  override protected def settings: Seq[String] = Seq(
    s"""longhaul.secrets.keys = ["${"A" * 43}="]""",
    s"""longhaul.transfer.kerberos-conf = "${kdc.krb5Conf}""""
  )

  private val content = new Content(21, 50000)
  private lazy val other = new MisbehavingOrigin()

  /** Everything that is logged, however little of it is written. */
  private object log extends AppenderBase[ILoggingEvent] {
    val lines = new ConcurrentLinkedQueue[String]()
    override def append(event: ILoggingEvent): Unit = lines.add(event.getFormattedMessage): Unit
  }

  override protected def beforeAll(): Unit = {
    log.start()
    for (name <- Seq("io.longhaul", "org.apache.hc")) {
      val logger = LoggerFactory.getLogger(name).asInstanceOf[Logger]
      logger.setLevel(Level.DEBUG)
      logger.setAdditive(false)
      logger.addAppender(log)
    }
  }

  override protected def afterAll(): Unit = {
    for (name <- Seq("io.longhaul", "org.apache.hc")) {
      val logger = LoggerFactory.getLogger(name).asInstanceOf[Logger]
      logger.detachAppender(log)
      logger.setAdditive(true)
      logger.setLevel(null)
    }
    other.close()
    super.afterAll()
    kdc.close()
  }

  private def login(scheme: String, user: String = "maps", pass: String = password): String =
    s"""{"scheme": "$scheme", "userName": "${user.replace("\\", "\\\\")}", "password": "$pass"}"""

  private def giveLogin(id: String, target: String, body: String): Unit =
    assert(alice.put(s"/v1/jobs/$id/credentials/$target", body).status == 204): Unit

  private def resume(id: String): Unit = assert(alice.post(s"/v1/jobs/$id/resume").status == 200): Unit

  private def errorOf(id: String): String = alice.get(s"/v1/jobs/$id/error").code

  private def completes(id: String, localName: String): Unit = {
    alice.awaitState(id, "TRANSFERRED")
    alice.post(s"/v1/jobs/$id/complete")
    assert(content.isIn(fileOf("alice", localName))): Unit
  }

  private def rows(sql: String): Long = Using.resource(node.node.database.dataSource.getConnection) { connection =>
    val found = connection.createStatement.executeQuery(sql)
    found.next()
    found.getLong(1)
  }

  private def tables: Seq[String] = Using.resource(node.node.database.dataSource.getConnection) { connection =>
    val found = connection.createStatement.executeQuery(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    )
    Iterator.continually(found).takeWhile(_.next()).map(_.getString(1)).toSeq
  }

  /** What the tests' own logging leaves out, the program's must leave out too. */
  private def shippedLogging: String = Files.readString(Path.of("src/main/resources/logback.xml"))

  private def isSomewhere(text: String): Seq[String] = {
    val hex = HexFormat.of().formatHex(text.getBytes(UTF_8))
    tables.filter { table =>
      rows(s"""SELECT count(*) FROM "$table" t WHERE position('$text' in t::text) > 0 OR position('$hex' in t::text) > 0""") > 0
    }
  }

  Feature("A server that asks") {

    Scenario("Basic: nothing is said before it asks; without a login, or with a wrong one, the job is in ERROR") {
      Using.resource(Guarded.byBasic("maps", password, content.bytes)) { server =>
        val id = alice.create(suspendedJob(Seq(file(server.url("/basic.bin"), "basic.bin"))))
        resume(id)
        alice.awaitState(id, "ERROR")
        assert(errorOf(id) == "BG_E_HTTP_ERROR_401")
        giveLogin(id, "SERVER", login("BASIC", pass = "wrong"))
        resume(id)
        alice.awaitState(id, "ERROR")
        giveLogin(id, "SERVER", login("BASIC"))
        resume(id)
        completes(id, "basic.bin")
        val said = server.logins.asScala
        assert(said.count(_ == "null") == 3)
        assert(said.count(_.startsWith("Basic ")) == 2)
      }
    }

    Scenario("Digest: the password itself is never sent") {
      Using.resource(Guarded.byDigest("maps", password, content.bytes)) { server =>
        val id = alice.create(
          suspendedJob(Seq(file(server.url("/one.bin"), "one.bin"), file(server.url("/two.bin"), "two.bin")))
        )
        giveLogin(id, "SERVER", login("BASIC"))
        giveLogin(id, "SERVER", login("DIGEST"))
        resume(id)
        completes(id, "one.bin")
        assert(content.isIn(fileOf("alice", "two.bin")))
        val said = server.logins.asScala
        assert(said.size == 3, "the second file is asked for with a login at once")
        assert(said.tail.forall(_.startsWith("Digest ")))
      }
    }

    Scenario("each of two servers of a job asks by itself, and is told nothing before") {
      Using.Manager { use =>
        for ((scheme, guarded) <- Seq("DIGEST" -> Guarded.byDigest _, "BASIC" -> Guarded.byBasic _)) {
          val servers = Seq.fill(2)(use(guarded("maps", password, content.bytes)))
          val files = servers.zipWithIndex.map { case (server, i) => file(server.url("/a.bin"), s"$scheme/$i.bin") }
          val id = alice.create(suspendedJob(files))
          giveLogin(id, "SERVER", login(scheme))
          resume(id)
          completes(id, s"$scheme/1.bin")
          for (server <- servers) {
            assert(server.logins.size == 2)
            assert(server.logins.get(0) == "null")
          }
        }
      }.get
    }

    Scenario("NTLM: a connection is let in once") {
      val script = misbehaving.on("/ntlm.bin", Ntlm.guarded("OFFICE", "maps", password, content))
      val id = alice.create(suspendedJob(Seq(file(misbehaving.url("/ntlm.bin"), "ntlm.bin"))))
      giveLogin(id, "SERVER", login("NTLM", user = "OFFICE\\maps"))
      resume(id)
      completes(id, "ntlm.bin")
      assert(script.requests.size == 3)
      val wrong = alice.create(suspendedJob(Seq(file(misbehaving.url("/ntlm.bin"), "no.bin"))))
      giveLogin(wrong, "SERVER", login("NTLM", user = "OFFICE\\maps", pass = "wrong"))
      resume(wrong)
      alice.awaitState(wrong, "ERROR")
      assert(errorOf(wrong) == "BG_E_HTTP_ERROR_401")
    }

    Scenario("Negotiate: the KDC of the realm knows the user, and each request has a ticket") {
      val script = misbehaving.on("/kerberos.bin", kdc.guarded(content))
      val url = misbehaving.url("/kerberos.bin")
      val id = alice.create(suspendedJob(Seq(file(url, "kerberos.bin"), file(url, "again.bin"))))
      giveLogin(id, "SERVER", login("NEGOTIATE"))
      resume(id)
      completes(id, "kerberos.bin")
      assert(content.isIn(fileOf("alice", "again.bin")))
      val said = script.requests.asScala.map(_.header("authorization"))
      assert(said.size == 3, "the second file is asked for with a ticket at once")
      assert(said.head == "" && said.tail.forall(_.startsWith("Negotiate ")))
    }

    Scenario("Negotiate: a wrong password is an error of the job, a KDC that is away is not") {
      misbehaving.on("/kerberos.bin", kdc.guarded(content))
      val id = alice.create(suspendedJob(Seq(file(misbehaving.url("/kerberos.bin"), "later.bin"))))
      giveLogin(id, "SERVER", login("NEGOTIATE", pass = "wrong"))
      resume(id)
      val error = alice.awaitState(id, "ERROR").path("error")
      assert(error.path("code").asText == "BG_E_HTTP_ERROR_401")
      assert(error.path("cause").path("code").asText == "BG_E_INVALID_CREDENTIALS")
      assert(error.path("description").asText == "The KDC refuses the password.")
      giveLogin(id, "SERVER", login("NEGOTIATE", user = s"maps@${TestKdc.AWAY}"))
      resume(id)
      val stalled = alice.awaitState(id, "TRANSIENT_ERROR").path("error")
      assert(stalled.path("code").asText == "ERROR_WINHTTP_CANNOT_CONNECT")
      assert(stalled.path("description").asText == "The KDC could not be reached.")
      giveLogin(id, "SERVER", login("NEGOTIATE", user = s"maps@${TestKdc.REALM}"))
      resume(id)
      completes(id, "later.bin")
    }

    Scenario("another server, to which a redirect leads, is told nothing") {
      val asks = Behaviours.status(401, "WWW-Authenticate: Basic realm=\"files\"")
      misbehaving.on("/moved.bin", asks, Behaviours.redirect(302, other.url("/there.bin")))
      val there = other.on("/there.bin", asks)
      val id = alice.create(
        suspendedJob(
          Seq(file(misbehaving.url("/moved.bin"), "moved.bin")),
          s""""customHeadersWriteOnly": true, "customHeaders": {"X-Site": "$header"}"""
        )
      )
      giveLogin(id, "SERVER", login("BASIC"))
      resume(id)
      alice.awaitState(id, "ERROR")
      assert(errorOf(id) == "BG_E_HTTP_ERROR_401")
      assert(there.requests.size == 1)
      assert(there.requests.get(0).header("authorization") == "")
      assert(there.requests.get(0).header("x-site") == "")
    }
  }

  Feature("Secrets") {

    Scenario("write-only headers are sent and never shown") {
      val script = origin.put("/headers.bin", content)
      val id = alice.create(
        job(
          Seq(file(origin.url("/headers.bin"), "headers.bin")),
          s""""customHeadersWriteOnly": true, "customHeaders": {"X-Key": "$header"}"""
        )
      )
      completes(id, "headers.bin")
      assert(script.requests.get(0).header("x-key") == header)
      assert(!alice.get(s"/v1/jobs/$id").text.contains(header))
      assert(!alice.get(s"/v1/jobs/$id/events").text.contains(header))
    }

    Scenario("write-only headers that are set by many calls at once are all kept") {
      val script = origin.put("/together.bin", content)
      val id = alice.create(
        suspendedJob(
          Seq(file(origin.url("/together.bin"), "together.bin")),
          s""""customHeadersWriteOnly": true, "customHeaders": {"X-0": "$header"}"""
        )
      )
      val answers = Using.resource(Executors.newVirtualThreadPerTaskExecutor()) { threads =>
        val calls = (1 to 20).map(number =>
          threads.submit(() => alice.patch(s"/v1/jobs/$id", s"""{"customHeaders": {"X-$number": "$header"}}""").status)
        )
        calls.map(_.get)
      }
      assert(answers.toSet == Set(200))
      alice.post(s"/v1/jobs/$id/resume")
      completes(id, "together.bin")
      for (number <- 0 to 20) assert(script.requests.get(0).header(s"x-$number") == header)
    }

    Scenario("who takes a job over does not get its secrets") {
      val id = alice.create(suspendedJob(Seq(file(origin.url("/headers.bin"), "taken.bin"))))
      giveLogin(id, "SERVER", login("BASIC"))
      assert(alice.job(id).path("credentials").size == 1)
      val root = alice.as("root")
      assert(root.put(s"/v1/jobs/$id/credentials/SERVER", login("BASIC")).code == "E_ACCESSDENIED")
      root.post(s"/v1/jobs/$id/take-ownership")
      assert(alice.job(id).path("credentials").size == 0)
      assert(alice.until[java.lang.Long](() => rows(s"SELECT count(*) FROM secret WHERE job = '$id'"), _ == 0) == 0)
    }

    Scenario("secrets are gone with the job") {
      val id = alice.create(suspendedJob(Seq(file(origin.url("/headers.bin"), "gone.bin"))))
      giveLogin(id, "PROXY", login("BASIC"))
      assert(rows(s"SELECT count(*) FROM secret WHERE job = '$id'") == 1)
      alice.post(s"/v1/jobs/$id/cancel")
      assert(alice.until[java.lang.Long](() => rows(s"SELECT count(*) FROM secret WHERE job = '$id'"), _ == 0) == 0)
    }

    Scenario("no table and no log line holds one in plain text") {
      val id = alice.create(suspendedJob(Seq(file(origin.url("/headers.bin"), "held.bin"))))
      giveLogin(id, "SERVER", login("BASIC"))
      assert(rows("SELECT count(*) FROM secret") > 0)
      for (secret <- Seq(password, header)) {
        assert(isSomewhere(secret).isEmpty)
        assert(log.lines.asScala.forall(!_.contains(secret)))
      }
      assert(isSomewhere("held.bin").nonEmpty, "the search finds what is there")
      assert(log.lines.asScala.exists(_.contains("Run")), "the log is heard")
      for (name <- Seq("headers", "wire"))
        assert(shippedLogging.contains(s"""<logger name="org.apache.hc.client5.http.$name" level="OFF"/>"""))
    }
  }
}
