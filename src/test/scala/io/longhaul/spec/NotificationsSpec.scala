package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import com.standardwebhooks.Webhook
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.MisbehavingOrigin
import io.longhaul.testkit.NodeProcess
import io.longhaul.testkit.Script
import io.longhaul.testkit.Seen
import io.longhaul.testkit.TestDatabase
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.time.Instant
import java.util.Comparator
import scala.jdk.CollectionConverters._
import scala.util.Using

/** "Your application can receive notification when a job is transferred, is in error, or is modified." */
class NotificationsSpec extends NodeSpec {

  private val secrets = Seq("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
  private val folder = Files.createTempDirectory("longhaul-notifications")

  override protected def settings: Seq[String] = Seq(
    s"longhaul.notify.secrets = ${secrets.mkString("\"", ",", "\"")}",
    "longhaul.notify.timeout = 1s",
    "longhaul.notify.first-retry = 50ms",
    "longhaul.notify.longest-retry = 200ms",
    s"""longhaul.notify.commands = ["record=${command("record")} $folder", "second=${command("second")} $folder"]"""
  )

  private val receiver = new MisbehavingOrigin()
  private val content = new Content(71, 1000)

  override protected def afterAll(): Unit = {
    super.afterAll()
    receiver.close()
    delete(folder)
  }

  /** Keeps what it reads; "second" fails the first time. */
  private def command(name: String): Path = {
    val program = folder.resolve(name)
    val fails = if (name == "second") "mkdir $1/tried 2>/dev/null && exit 1\n" else ""
    Files.writeString(program, s"#!/bin/sh\n${fails}cat > $$1/$$LONGHAUL_NOTIFICATION\n")
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"))
  }

  private def delete(path: Path): Unit =
    Using.resource(Files.walk(path))(_.sorted(Comparator.reverseOrder[Path]).forEach(Files.delete(_)))

  private def notify(path: String, more: String*): String =
    (s""""url": "${receiver.url(path)}"""" +: more).mkString(""""notify": {""", ", ", "}")

  private def flags(names: String*): String = names.mkString(""""events": ["""", "\", \"", "\"]")

  private def good(name: String): String = {
    origin.put(s"/$name", content)
    file(origin.url(s"/$name"), name)
  }

  private def log(id: String): Seq[JsonNode] =
    alice.get(s"/v1/jobs/$id/notifications").json.path("notifications").elements.asScala.toSeq

  /** Waits until so many of a job's are told, or not to be told any more. */
  private def settled(id: String, count: Int): Seq[JsonNode] =
    alice.until[Seq[JsonNode]](
      () => log(id),
      all => all.size == count && all.forall(_.path("state").asText != "PENDING"))

  private def told(script: Script): Seq[Seen] = script.requests.asScala.toSeq

  private def body(request: Seen): JsonNode = new ObjectMapper().readTree(request.body)

  private def types(script: Script): Seq[String] = told(script).map(body(_).path("type").asText)

  private def isSignedWith(secret: String, request: Seen): Unit =
    new Webhook(secret).verify(request.body, request.headers.asScala.map { case (k, v) => k -> List(v).asJava }.asJava)

  Feature("A webhook") {

    Scenario("tells once that the job is transferred, signed by each secret, and nothing of transient errors") {
      Given("a server that fails first, and a receiver that answers 204")
      val hook = receiver.on("/transferred", Behaviours.status(204))
      misbehaving.on("/heals", Behaviours.status(503), Behaviours.file(content))
      val files = Seq(file(misbehaving.url("/heals"), "heals.bin"))
      val id = alice.create(job(files, notify("/transferred"), """"customHeaders": {"X-Key": "hidden"}"""))

      When("the job is transferred at its second attempt")
      alice.awaitState(id, "TRANSFERRED")
      assert(states(id).contains("TRANSIENT_ERROR"))

      Then("the receiver is told of that alone, in JSON")
      val entry = settled(id, 1).head
      assert(told(hook).size == 1)
      val request = told(hook).head
      val json = body(request)
      assert(json.path("type").asText == "JOB_TRANSFERRED")
      Instant.parse(json.path("timestamp").asText)
      val data = json.path("data")
      assert(data.path("jobId").asText == id)
      assert(data.path("owner").asText == "alice")
      assert(data.path("state").asText == "TRANSFERRED")
      assert(data.path("progress").path("filesTransferred").asInt == 1)
      assert(!request.body.contains("hidden"))

      And("the signatures are those of Standard Webhooks, and the log says the same")
      secrets.foreach(isSignedWith(_, request))
      assert(request.header("webhook-id") == entry.path("id").asText)
      assert(entry.path("state").asText == "DELIVERED")
      assert(entry.path("lastStatus").asInt == 204)
      assert(entry.path("attempts").asInt == 1)
    }

    Scenario("tells of an error, with its code") {
      val hook = receiver.on("/error", Behaviours.status(200))
      val id = alice.create(job(Seq(file(origin.url("/missing"), "missing.bin")), notify("/error")))
      alice.awaitState(id, "ERROR")
      settled(id, 1)
      assert(types(hook) == Seq("JOB_ERROR"))
      assert(body(told(hook).head).path("data").path("error").path("code").asText == "BG_E_HTTP_ERROR_404")
    }

    Scenario("is repeated until 2xx whatever goes wrong, by the same id, and the others of the job wait for it") {
      val elsewhere = receiver.on("/elsewhere", Behaviours.status(200))
      val hook = receiver.on(
        "/fails",
        Behaviours.status(500),
        Behaviours.closesWithoutAnswer(),
        Behaviours.garbage(),
        Behaviours.redirect(307, receiver.url("/elsewhere")),
        Behaviours.hangsBeforeAnswer(),
        Behaviours.status(503, "Retry-After: 1"),
        Behaviours.status(404),
        Behaviours.endless(),
        Behaviours.status(204)
      )
      val wanted = flags("FILE_TRANSFERRED", "JOB_TRANSFERRED")
      val id = alice.create(job(Seq(good("one.bin"), good("two.bin")), notify("/fails", wanted)))
      alice.awaitState(id, "TRANSFERRED")
      val entries = settled(id, 3)

      Then("each file is told before the job, and nothing overtakes")
      assert(entries.map(_.path("event").asText) == Seq("FILE_TRANSFERRED", "FILE_TRANSFERRED", "JOB_TRANSFERRED"))
      val requests = told(hook)
      val ids = requests.map(_.header("webhook-id"))
      assert(ids == Seq.fill(8)(entries.head).map(_.path("id").asText) ++ entries.tail.map(_.path("id").asText))
      assert(requests.take(8).map(_.body).distinct.size == 1)
      assert(requests.map(body(_).path("data").path("file").path("localName").asText) ==
        Seq.fill(8)("one.bin") ++ Seq("two.bin", ""))
      assert(entries.head.path("attempts").asInt == 8)

      And("no redirect is followed, and Retry-After is obeyed")
      assert(elsewhere.requests.isEmpty)
      val times = requests.map(_.header("webhook-timestamp").toLong)
      assert(times(6) >= times(5) + 1)
    }

    Scenario("is given up where the receiver is gone for good, until somebody asks for another attempt") {
      val hook = receiver.on("/gone", Behaviours.status(410), Behaviours.status(200))
      val id = alice.create(job(Seq(good("gone.bin")), notify("/gone")))
      val entry = settled(id, 1).head
      assert(entry.path("state").asText == "GIVEN_UP")
      assert(alice.post(s"/v1/jobs/$id/notifications/${entry.path("id").asText}/retry").status == 200)
      assert(settled(id, 1).head.path("state").asText == "DELIVERED")
      assert(told(hook).map(_.header("webhook-id")).distinct.size == 1)
    }

    Scenario("is told to four receivers of an owner at once, and other owners do not wait for them") {
      Using.resource(new MisbehavingOrigin()) { slow =>
        val hook = slow.on("/slow", Behaviours.slowStatus(200, 400))
        val jobs = (1 to 7).map(n =>
          alice.create(job(Seq(good(s"slow-$n.bin")), s""""notify": {"url": "${slow.url("/slow")}"}""")))
        hook.awaitRequests(4)
        val other = receiver.on("/bob", Behaviours.status(200))
        Using.resource(alice.as("bob")) { bob =>
          bob.create(job(Seq(good("bob.bin")), notify("/bob")))
          other.awaitRequests(1)
        }
        jobs.foreach(settled(_, 1))
        assert(hook.requests.size == 7)
        assert(slow.mostRequests == 4)
      }
    }
  }

  Feature("Notify flags and intervals") {

    Scenario("JobModification is put together, and the last one says how it is") {
      val hook = receiver.on("/modified", Behaviours.status(200))
      val wanted = flags("JOB_MODIFICATION")
      val id = alice.create(
        suspendedJob(Seq(good("modified.bin")), notify("/modified", wanted, """"minimumIntervalMilliseconds": 700""")))
      def rename(name: String): Unit = assert(alice.patch(s"/v1/jobs/$id", s"""{"displayName": "$name"}""").status == 200)
      rename("first")
      hook.awaitRequests(1)
      val began = System.nanoTime
      (1 to 20).foreach(n => rename(s"name $n"))
      alice.until[String](() => body(told(hook).last).path("data").path("displayName").asText, _ == "name 20")
      assert(System.nanoTime - began >= 500000000L)
      assert(told(hook).size <= 5)
      assert(settled(id, 1).size == 1)
    }

    Scenario("FileRangesTransferred names the ranges that have come") {
      val hook = receiver.on("/ranges", Behaviours.status(200))
      origin.put("/ranged", content)
      val ranges = """"ranges": [{"initialOffset": 10, "length": 100}, {"initialOffset": 900, "length": null}]"""
      val wanted = flags("FILE_RANGES_TRANSFERRED", "JOB_TRANSFERRED")
      val id = alice.create(job(Seq(file(origin.url("/ranged"), "ranged.bin", ranges)), notify("/ranges", wanted)))
      alice.awaitState(id, "TRANSFERRED")
      settled(id, 2)
      val parts = told(hook)
        .filter(body(_).path("type").asText == "FILE_RANGES_TRANSFERRED")
        .flatMap(body(_).path("data").path("file").path("ranges").elements.asScala)
        .map(part => part.path("initialOffset").asLong -> part.path("length").asLong)
      assert(parts == Seq(10L -> 100L, 900L -> 100L))
      assert(types(hook).last == "JOB_TRANSFERRED")
    }

    Scenario("no event at all is BITS's DISABLE, and a cancellation is never told") {
      val hook = receiver.on("/silent", Behaviours.status(200))
      val silent = alice.create(job(Seq(good("silent.bin")), notify("/silent", """"events": []""")))
      alice.awaitState(silent, "TRANSFERRED")
      val all = flags("JOB_TRANSFERRED", "JOB_ERROR", "JOB_MODIFICATION")
      val cancelled = alice.create(suspendedJob(Seq(good("cancelled.bin")), notify("/silent", all)))
      alice.post(s"/v1/jobs/$cancelled/cancel")

      When("the silent one asks late")
      assert(alice.patch(s"/v1/jobs/$silent", s"""{"notify": {"events": ["JOB_TRANSFERRED"]}}""").status == 200)
      settled(silent, 1)
      assert(types(hook) == Seq("JOB_TRANSFERRED"))
      assert(log(cancelled).isEmpty)
    }
  }

  Feature("A command of the operator's") {

    Scenario("runs where there is no webhook, again after the retry delay where it fails, and reads the same") {
      val id = alice.create(job(Seq(good("command.bin")), """"notify": {"command": "second"}"""))
      alice.awaitState(id, "TRANSFERRED")
      val entry = settled(id, 1).head
      assert(entry.path("state").asText == "DELIVERED")
      assert(entry.path("attempts").asInt == 2)
      val read = new ObjectMapper().readTree(folder.resolve(entry.path("id").asText).toFile)
      assert(read.path("type").asText == "JOB_TRANSFERRED")
      assert(read.path("data").path("jobId").asText == id)
    }

    Scenario("runs once where the webhook fails, which is not repeated then") {
      val hook = receiver.on("/backed", Behaviours.status(500))
      val id = alice.create(job(Seq(good("backed.bin")), notify("/backed", """"command": "record"""")))
      val entry = settled(id, 1).head
      assert(entry.path("lastAnswer").asText == "Command record ended with exit code 0.")
      assert(told(hook).size == 1)
      assert(Files.exists(folder.resolve(entry.path("id").asText)))
    }

    Scenario("is one that the operator allows, by its name, and nothing else") {
      for (command <- Seq("rm", "/bin/sh", "record; rm")) {
        val answer = alice.post("/v1/jobs", suspendedJob(Nil, s""""notify": {"command": "$command"}"""))
        assert(answer.status == 400 && answer.code == "E_INVALIDARG")
      }
    }
  }

  Feature("kill -9") {

    Scenario("keeps what is to be told, in its order, by its id") {
      val home = Files.createTempDirectory("longhaul-notifications-process")
      try {
        val hook = receiver.on("/killed", Behaviours.status(503))
        val database = TestDatabase.create().toSeq.map(_.replace(" = ", "=").replace("\"", ""))
        val settings = database ++ Seq(
          "longhaul.notify.timeout=1s", // an attempt that the node died of is made again so much later
          "longhaul.notify.first-retry=300ms",
          "longhaul.notify.longest-retry=300ms")
        origin.put("/killed.bin", content)
        val wanted = flags("FILE_TRANSFERRED", "JOB_TRANSFERRED")
        val body = job(Seq(file(origin.url("/killed.bin"), "killed.bin")), notify("/killed", wanted))

        Given("a job whose receiver is down")
        val first = NodeProcess.start(home, settings: _*)
        val id = Using.resource(first.client("alice")) { client =>
          val created = client.create(body)
          client.awaitState(created, "TRANSFERRED")
          hook.awaitRequests(2)
          created
        }

        When("the node is killed, the receiver is back, and the node is started again")
        first.kill()
        val ids = told(hook).map(_.header("webhook-id"))
        assert(ids.distinct.size == 1)
        val back = receiver.on("/killed", Behaviours.status(200))
        Using.resource(NodeProcess.start(home, settings: _*)) { second =>
          back.awaitRequests(2)

          Then("both are told, the first one by the id that it had")
          assert(types(back) == Seq("FILE_TRANSFERRED", "JOB_TRANSFERRED"))
          assert(told(back).head.header("webhook-id") == ids.head)
          Using.resource(second.client("alice")) { client =>
            client.until[JsonNode](
              () => client.get(s"/v1/jobs/$id/notifications").json.path("notifications"),
              all => all.size == 2 && all.asScala.forall(_.path("state").asText == "DELIVERED"))
          }
        }
      } finally delete(home)
    }
  }
}
