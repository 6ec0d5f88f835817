package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.job.JobEvent
import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.Behaviour
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.MisbehavingOrigin
import io.longhaul.testkit.Origin
import io.longhaul.testkit.PromiseChecker
import io.longhaul.testkit.PromiseChecker.Call
import io.longhaul.testkit.Script
import io.longhaul.testkit.TestCluster
import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME
import java.time.temporal.ChronoUnit.MINUTES
import java.util.UUID
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import org.scalatest.BeforeAndAfterAll
import org.scalatest.GivenWhenThen
import org.scalatest.featurespec.AnyFeatureSpec
import scala.jdk.CollectionConverters._
import scala.util.Using

/**
 * Three nodes on one database and one store, as processes that end, are killed, stand still, lose sight of one another and
 * of their database, and whose clocks are set. After each fault the checker of promises reads the journal, the server's log
 * and the store.
 */
class ClusterSpec extends AnyFeatureSpec with GivenWhenThen with BeforeAndAfterAll with JobCalls {

  private val checkpoints =
    Seq("longhaul.transfer.checkpoint-bytes=65536", "longhaul.transfer.checkpoint-interval=100ms")

  /** One for all faults: each begins by bringing back what the one before has ended. */
  private lazy val cluster = TestCluster.startBreakable(3, checkpoints: _*)

  /** The client's log: what was answered with a 2xx. */
  private val calls = new ConcurrentLinkedQueue[Call]

  override protected def afterAll(): Unit = cluster.close()

  Feature("Three nodes") {

    Scenario("share the jobs that one of them was given, and each tells of all") {
      whole()
      Using.resource(Origin.http()) { origin =>
        val content = new Content(71, 100000)
        origin.put("/a.bin", content)
        val first = cluster.node(0).client("alice")

        Given("sixty jobs, all of them queued at the first node")
        val jobs = (0 until 60).map(n => create(first, job(origin.url("/a.bin"), s"shared/$n.bin")))

        Then("all are transferred, and each node has run some")
        jobs.foreach(awaitState(first, _, "TRANSFERRED"))
        val ranOn = jobs.groupBy(id => runs(first, id).head)
        assert(ranOn.keySet == (0 to 2).map(cluster.address(_)).toSet)

        And("each node shows, lists and completes every job")
        for (node <- 0 to 2) {
          val client = cluster.node(node).client("alice")
          jobs.drop(node * 20).foreach(id => assert(client.job(id).path("state").asText == "TRANSFERRED"))
          client.until[Int](
            () => client.get("/v1/jobs/count?state=TRANSFERRED").json.path("total").asInt,
            _ == jobs.size - node * 20)
          jobs.slice(node * 20, node * 20 + 20).foreach { id =>
            assert(client.post(s"/v1/jobs/$id/complete").json.path("result").asText == "S_OK")
          }
        }
        for (n <- 0 until 60) assert(content.isIn(cluster.files("alice").resolve(s"shared/$n.bin")))

        And("who watches at one node hears of the jobs of all")
        val watching = cluster.node(1).client("alice")
        val heard = ConcurrentHashMap.newKeySet[String]
        def oneMore(n: Int): String = {
          val id = create(first, job(origin.url("/a.bin"), s"watched/$n.bin"))
          awaitState(first, id, "TRANSFERRED")
          id
        }
        Thread.ofVirtual.start { () =>
          try
            watching.awaitMessageOf(
              "/v1/watch",
              "state",
              message => {
                if (message.path("state").asText == "TRANSFERRED") heard.add(message.path("jobId").asText)
                false
              })
          catch { case _: AssertionError => () } // it ends with its node
        }
        // A notice may get lost until each node knows that somebody watches there
        val extra = Iterator.from(100)
        first.until[Set[String]](
          () => { oneMore(extra.next()); heard.asScala.map(id => runs(first, id).head).toSet },
          _.size == 3)
        val watched = (0 until 12).map(oneMore)
        first.until[Boolean](() => heard.containsAll(watched.asJava), all => all)
        val begun = System.nanoTime()
        watched.foreach(id => assert(first.post(s"/v1/jobs/$id/cancel").status == 200))
        watched.foreach(watching.awaitState(_, "CANCELLED"))
        assert((System.nanoTime() - begun) / 1e9 < 10)

        And("a job with many long names is told from node to node too")
        val many = (0 until 200)
          .map(n => s"""{"remoteName": "${origin.url("/" + "x" * 2000 + n)}", "localName": "many/$n"}""")
          .mkString(s"""{"displayName": "many", "files": [""", ", ", "]}")
        val large = (0 to 5).map(_ => create(first, many))
        for (node <- 0 to 2; id <- large)
          assert(cluster.node(node).client("alice").job(id).path("files").size == 200)
      }
    }

    Scenario("the clock jumps an hour, and back: the hours of a policy follow it, and nothing else happens") {
      whole()
      Using.resource(new MisbehavingOrigin()) { origin =>
        val client = cluster.node(0).client("alice")
        def inMinutes(minutes: Long): Instant = Instant.now.plus(minutes, MINUTES)

        Given("queues with one place, with work hours that begin in half an hour; in those of one nothing may move")
        def time(at: Instant): String = at.atOffset(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("HH:mm"))
        for ((queue, limit) <- Seq("clock" -> 50000000, "closed" -> 0)) {
          val hours = s""""from": "${time(inMinutes(30))}", "to": "${time(inMinutes(90))}", "limits": {"NORMAL": $limit}"""
          val policy = s"""{"backgroundSlots": 1, "policy": {"bandwidth": {"work": {$hours}}}}"""
          assert(client.put(s"/v1/queues/$queue", policy).status == 200)
        }

        And("jobs to which something will happen within an hour: a slice ends, a wait, a limit of time, a deadline")
        def trickling(queue: String): Running = {
          val script = origin.on(s"/$queue/moves", Behaviours.trickles(content, 500, 50), Behaviours.file(content))
          val job = running(
            client, origin, s"$queue/moves", script, s""""queue": "$queue"""", """"maximumDownloadTimeSeconds": 1800""")
          client.until[JsonNode](() => client.job(job.id), _.path("progress").path("bytesTransferred").asLong > 0)
          job
        }
        val moves = trickling("clock")
        val held = trickling("closed")
        val queued = running(
          client, origin, "clock/queued", origin.on("/clock/queued", Behaviours.file(content)),
          """"queue": "clock"""", s""""deadline": "${inMinutes(30)}"""")
        val closing = origin.on("/clock/retries", Behaviours.closesWithoutAnswer(), Behaviours.file(content))
        val retries = running(
          client, origin, "clock/retries", closing,
          """"minimumRetryDelaySeconds": 1800""", """"noProgressTimeoutSeconds": 2700""")
        awaitState(client, retries.id, "TRANSIENT_ERROR")
        val jobs = Seq(moves, queued, retries)
        def seen = jobs.map { job =>
          val history = events(client, job.id).map(_.path("type").asText).filter(_ != "FileCheckpointed")
          (job.name, history, client.job(job.id).path("nextRetryAt").asText, job.script.requests.size)
        }
        val before = seen

        /** All nodes see it, by the one way to read a clock and by the other. */
        def jump(hours: Long, hoursOfPolicy: String): Unit = {
          cluster.clock.set(Duration.ofHours(hours))
          for (node <- 0 to 2) {
            val client = cluster.node(node).client("alice")
            def inForce = client.get("/v1/policies/in-force?queue=clock")
            client.until[String](() => inForce.json.path("bandwidth").path("NORMAL").path("time").asText, _ == hoursOfPolicy)
            client.until[Instant](
              () => Instant.from(RFC_1123_DATE_TIME.parse(inForce.headers.firstValue("Date").get)),
              date => Duration.between(inMinutes(60 * hours), date).abs.toMinutes == 0)
          }
        }

        def nothingElse(prefix: String): Seq[Running] = {
          val sent = moves.script.bytesSent
          val others = (0 to 2).map { node =>
            val name = s"clock/$prefix-$node"
            running(cluster.node(node).client("alice"), origin, name, origin.on(s"/$name", Behaviours.file(content)))
          }
          others.foreach(job => awaitState(client, job.id, "TRANSFERRED"))
          // For two seconds at least
          client.until[Long](() => { assert(seen == before); moves.script.bytesSent }, _ >= sent + 20000)
          assert(nodes(client).count(_.path("status").asText == "UP") == 3)
          others
        }

        try {
          When("the clocks of all nodes jump an hour forward")
          jump(1, "WORK")

          Then("the limits of the work hours are in force, nothing has happened to the other jobs, and new ones run")
          assert(client.job(moves.id).path("bandwidth").path("time").asText == "WORK")
          awaitState(client, held.id, "TRANSIENT_ERROR")
          assert(client.job(held.id).path("error").path("code").asText == "BG_E_BLOCKED_BY_POLICY")
          val forward = nothingElse("forward")

          When("they jump two hours back")
          jump(-1, "")

          Then("they are not in force any more, the job that was held goes on, and again nothing else has happened")
          assert(client.job(moves.id).path("bandwidth").isNull)
          awaitState(client, held.id, "TRANSFERRED")
          val back = nothingElse("back")

          And("all come to their end, with histories in order")
          assert(client.post(s"/v1/jobs/${retries.id}/resume").status == 200)
          finish(client, jobs ++ forward ++ back :+ held)
          assert(jobs.map(_.script.requests.size) == Seq(1, 1, 2))
          keepsPromises(Seq(origin), Map("clock" -> 1, "closed" -> 1))
        } finally cluster.clock.set(Duration.ZERO)
      }
    }

    Scenario("kill -9 of one: its jobs go on elsewhere within 20 seconds, at the byte that was on disk") {
      inMidTransfer("killed", 12) { (origin, jobs) =>
        val client = cluster.node(0).client("alice")

        Given("twelve queues beside them with one place each, which the most urgent of their three jobs has")
        val queues = (0 until 12).map { n =>
          assert(client.put(s"/v1/queues/q$n", """{"backgroundSlots": 1}""").status == 200)
          val first = hanging(client, origin, s"killed/q$n/HIGH", s""""queue": "q$n", "priority": "HIGH"""")
          first.script.awaitSent(held)
          val others = Seq("LOW", "NORMAL").map { priority =>
            val script = origin.on(s"/killed/q$n/$priority", Behaviours.file(content))
            running(client, origin, s"killed/q$n/$priority", script, s""""queue": "q$n", "priority": "$priority"""")
          }
          first +: others
        }
        val urgent = queues.map(_.head)
        urgent.foreach(awaitHeld(client, _))
        val lost = (jobs ++ urgent).filter(job => runs(client, job.id).last == cluster.address(2))
        assert(lost.nonEmpty)

        When("a node is killed that runs a third of them, and some of the queues' schedulers")
        val killed = System.nanoTime()
        cluster.node(2).kill()
        urgent.diff(lost).foreach(_.script.release())

        Then("each of its jobs asks its server for what is missing, once")
        lost.foreach(_.script.awaitRequests(2))
        measured(s"kill -9: ${lost.size} jobs ran elsewhere", killed)
        assert(secondsSince(killed) < 60) // 20 is the goal; a slow machine is no fault
        lost.foreach(job => assert(job.script.ranges.asScala == Seq("", s"bytes=$held-")))

        And("the jobs of the other nodes were never disturbed, and all come to their end")
        urgent.foreach(_.script.release())
        queues.foreach(_(2).script.awaitRequests(1))
        measured("kill -9: every queue went on", killed)
        finish(client, jobs ++ queues.flatten)
        jobs.diff(lost).foreach(neverDisturbed(client, _))
        keepsPromises(Seq(origin), (0 until 12).map(n => s"q$n" -> 1).toMap)

        And("in each queue the more urgent one was first, whoever gave out its place")
        queues.foreach { queue =>
          val granted = queue.map(job => firstGrant(job.id))
          assert(granted(0) < granted(2) && granted(2) < granted(1))
        }
      }
    }

    Scenario("SIGTERM of one: its jobs go on elsewhere within 5 seconds, and no attempt is counted") {
      inMidTransfer("ended", 24) { (origin, jobs) =>
        val client = cluster.node(0).client("alice")
        val handedOver = jobs.filter(job => runs(client, job.id).last == cluster.address(2))
        assert(handedOver.nonEmpty)

        When("a node is told to end that runs a third of them")
        val told = System.nanoTime()
        val ending = CompletableFuture.supplyAsync(() => cluster.node(2).end(), task => Thread.ofVirtual.start(task): Unit)

        Then("each of its jobs asks for the next byte, and for none that has come")
        handedOver.foreach(_.script.awaitRequests(2))
        val seconds = secondsSince(told)
        measured(s"SIGTERM: ${handedOver.size} jobs ran elsewhere", told)
        handedOver.foreach(job => assert(job.script.ranges.asScala == Seq("", s"bytes=$held-")))
        assert(ending.get(60, SECONDS) == 0)
        assert(phasesInVain(cluster.log(2)) == Nil, cluster.log(2))
        finish(client, jobs)
        jobs.foreach(job => assert(client.job(job.id).path("errorCount").asInt == 0, events(client, job.id)))
        jobs.diff(handedOver).foreach(job => assert(job.script.requests.size == 1))
        assert(seconds < 15) // five is the goal; a slow machine is no fault
        keepsPromises(Seq(origin))
      }
    }

    Scenario("a drain of one: its jobs go on elsewhere, no attempt is counted, and it goes on answering") {
      inMidTransfer("drained", 24) { (origin, jobs) =>
        val client = cluster.node(0).client("alice")
        val handedOver = jobs.filter(job => runs(client, job.id).last == cluster.address(2))
        def drained = nodes(client).find(_.path("address").asText == cluster.address(2)).get
        assert(nodes(client).map(_.path("transfers").asInt).sum == jobs.size)
        assert(nodes(client).map(_.path("shards").asInt).forall(_ > 0))

        When("another node is told to drain it")
        val told = System.nanoTime()
        assert(client.post(s"/v1/nodes/${cluster.address(2)}/drain").status == 202)

        Then("each of its jobs asks for the next byte, and for none that has come")
        handedOver.foreach(_.script.awaitRequests(2))
        measured(s"drain: ${handedOver.size} jobs ran elsewhere", told)
        handedOver.foreach(job => assert(job.script.ranges.asScala == Seq("", s"bytes=$held-")))
        client.until[JsonNode](() => drained, _.path("shards").asInt == 0)
        assert(drained.path("transfers").asInt == 0)
        assert(drained.path("draining").asBoolean)
        assert(secondsSince(told) < 30)

        And("it has no jobs any more, but tells of all")
        jobs.foreach(job => assert(cluster.node(2).client("alice").job(job.id).path("id").asText == job.id))
        assert(cluster.management(2).get("/ready").status == 200)
        finish(client, jobs)
        jobs.foreach(job => assert(client.job(job.id).path("errorCount").asInt == 0))
        keepsPromises(Seq(origin))
        assert(cluster.node(2).end() == 0)
      }
    }

    Scenario("a node that is frozen: its jobs run elsewhere, and what it still writes when it wakes is refused") {
      val thawed = new CountDownLatch(1)
      inMidTransfer("frozen", 12, Behaviours.hangsAfter(content, held, thawed), Behaviours.hangsAfter(content, 100000)) {
        (origin, jobs) =>
          val client = cluster.node(0).client("alice")
          val lost = jobs.filter(job => runs(client, job.id).last == cluster.address(2))
          assert(lost.nonEmpty)

          When("a node stands still")
          val frozen = System.nanoTime()
          cluster.node(2).freeze()
          lost.foreach(_.script.awaitRequests(2))
          measured(s"SIGSTOP: ${lost.size} jobs ran elsewhere", frozen)
          lost.foreach(job => awaitSlices(client, job, 2))

          And("it wakes, and the rest of all its files comes to it at once")
          thawed.countDown()
          cluster.node(2).thaw()

          Then("it is told that it was put out, and ends with exit code 3")
          assert(cluster.node(2).awaitEnd() == 3)

          And("its jobs run where they were given to, and have the files that they should")
          lost.foreach(job => assert(job.script.requests.size == 2))
          finish(client, jobs)
          keepsPromises(Nil) // its connections stayed open, as its kernel has them
          lost.foreach(job => assert(runs(client, job.id).size == 2))
      }
    }

    Scenario("a node that the others lose sight of: it stops its transfers, and only then they run elsewhere") {
      inMidTransfer("cut", 24) { (origin, jobs) =>
        val client = cluster.node(0).client("alice")
        val lost = jobs.filter(job => runs(client, job.id).last == cluster.address(2))
        assert(lost.nonEmpty)
        def seen = nodes(client).find(_.path("address").asText == cluster.address(2)).map(_.path("status").asText)

        When("the network breaks, and is mended after a few seconds")
        cluster.network.cutOff(2)
        client.until[Option[String]](() => seen, _.contains("UNREACHABLE"))
        cluster.network.mend()
        client.until[Option[String]](() => seen, _.contains("UP"))

        Then("nothing has happened")
        jobs.foreach(job => assert(job.script.requests.size == 1))

        When("it stays broken")
        val cut = System.nanoTime()
        cluster.network.cutOff(2)
        lost.foreach(_.script.awaitRequests(2))
        measured(s"cut off: ${lost.size} jobs ran elsewhere", cut)
        assert(secondsSince(cut) < 60)

        Then("the smaller side had stopped each transfer before the other one asked for what is missing")
        val margins = lost.map { job =>
          val requests = origin.served.asScala.filter(_.path == s"/${job.name}").toSeq
          assert(requests.size == 2)
          assert(requests(1).from == held)
          requests(1).begunAt - requests(0).endedAt
        }
        measured("cut off: each had been stopped before that", margins.min / 1e9)
        assert(margins.min > 0)

        And("its node ends with exit code 3")
        assert(cluster.node(2).awaitEnd() == 3)
        finish(client, jobs)
        jobs.diff(lost).foreach(neverDisturbed(client, _))
        keepsPromises(Seq(origin))
      }
    }

    Scenario("a node that alone loses the database: it leaves, and its jobs and what there is one of go on elsewhere") {
      inMidTransfer("alone", 12) { (origin, jobs) =>
        val oldest = cluster.management(0).get("/cluster/members").json.path("oldest").asText
        val alone = (0 to 2).find(node => oldest.endsWith("@" + cluster.address(node))).get
        val client = cluster.node((alone + 1) % 3).client("alice")
        val lost = jobs.filter(job => runs(client, job.id).last == cluster.address(alone))
        assert(lost.nonEmpty)

        When("the node that has the verbs on many jobs, and a third of the jobs, reaches everything but the database")
        val cut = System.nanoTime()
        cluster.network.cutOffDatabase(alone)

        Then("it ends with exit code 3, and says why")
        assert(cluster.node(alone).awaitEnd() == 3)
        measured("the database was lost to one node: it had ended", cut)
        assert(cluster.log(alone).contains("but another member all the while: this one leaves the cluster"))

        And("its jobs run elsewhere, each stopped before that")
        lost.foreach(_.script.awaitRequests(2))
        measured(s"the database was lost to one node: ${lost.size} jobs ran elsewhere", cut)
        val margins = lost.map { job =>
          val requests = origin.served.asScala.filter(_.path == s"/${job.name}").toSeq
          assert(requests.map(_.from) == Seq(0, held))
          requests(1).begunAt - requests(0).endedAt
        }
        assert(margins.min > 0)

        And("it does not become a member again before it reaches the database")
        val refused = intercept[ExecutionException](cluster.startAgain(alone).get(150, SECONDS))
        assert(refused.getCause.getMessage.contains("cannot be used"), refused)
        assert(nodes(client).size == 2)

        And("the others tell of every job, and a verb on many comes to its end")
        jobs.foreach(job => assert(client.get(s"/v1/jobs/${job.id}/explain").status == 200))
        val operation = client.post("/v1/jobs/resume?state=ERROR").headers.firstValue("Location").get
        client.until[String](() => client.get(operation).json.path("state").asText, _ == "DONE")
        finish(client, jobs)
        jobs.diff(lost).foreach(neverDisturbed(client, _))
        keepsPromises(Seq(origin))
      }
    }

    Scenario("all nodes lose the database for long: none leaves, and all goes on soon after its return") {
      inMidTransfer("all-alone", 12) { (origin, jobs) =>
        When("nobody reaches it, and each has asked the others")
        (0 to 2).foreach(cluster.network.cutOffDatabase(_))
        val client = cluster.node(0).client("alice")
        for (node <- 0 to 2)
          client.until[Boolean](
            () => cluster.log(node).contains("and no other member for as long: this one stays"), identity)

        And("it is there again")
        cluster.network.mend()
        val back = System.nanoTime()
        goesOn(origin, back, "all-alone")
        measured("PostgreSQL was lost to all nodes and is back: all went on", back)

        Then("all of them are members still, and what was being transferred was not disturbed")
        assert((0 to 2).forall(cluster.node(_).isAlive))
        assert(nodes(client).count(_.path("status").asText == "UP") == 3)
        finish(client, jobs)
        jobs.foreach(neverDisturbed(client, _))
        keepsPromises(Seq(origin))
      }
    }

    Scenario("the first of the seed nodes starts and hears of nobody: it founds no cluster beside the one that there is") {
      inMidTransfer("seed", 12) { (origin, jobs) =>
        val client = cluster.node(1).client("alice")

        When("it is killed, and comes back while the network is cut")
        cluster.node(0).kill()
        cluster.network.cutOff(0)
        val started = cluster.startAgain(0)

        Then("it asks the others in vain, and is no member of anything")
        client.until[Boolean](() => cluster.log(0).contains("Couldn't join seed nodes"), identity)
        assert(!started.isDone)
        assert(cluster.log(0).contains("A cluster lives on the database"))
        assert(cluster.management(0).get("/ready").status != 200)

        When("the network is mended")
        cluster.network.mend()
        started.get(60, SECONDS)

        Then("it joins them")
        val addresses = (0 to 2).map(cluster.address(_)).toSet
        for (node <- 0 to 2) {
          val client = cluster.node(node).client("alice")
          client.until[Set[String]](() => nodes(client).map(_.path("address").asText).toSet, _ == addresses)
        }
        finish(client, jobs)
        keepsPromises(Seq(origin))
      }
    }

    Scenario("PostgreSQL restarts: calls are put off, transfers go on, and so does all soon after its return") {
      inMidTransfer("restart", 12) { (origin, jobs) =>
        val client = cluster.node(0).client("alice")

        When("it ends")
        cluster.database.stop()

        Then("calls that have to write are answered with 503 and when to try again")
        val body = job(origin.url("/none"), "none")
        for (node <- 0 to 2) {
          val refused = cluster.node(node).client("alice").post("/v1/jobs", body)
          assert(refused.status == 503, refused.text)
          assert(refused.headers.firstValue("Retry-After").isPresent)
          assert(cluster.management(node).get("/ready").status != 200)
          assert(cluster.management(node).get("/alive").status == 200)
        }

        When("files come to their end meanwhile, and it is started again")
        jobs.take(6).foreach(_.script.release())
        cluster.database.start()
        val back = System.nanoTime()

        Then("every node takes jobs, lists them and runs them")
        goesOn(origin, back, "restart")
        measured("PostgreSQL is back: all went on", back)
        assert(secondsSince(back) < 30)

        And("no node was started again, and what was being transferred was not disturbed")
        finish(client, jobs)
        jobs.foreach(job => assert(job.script.requests.size == 1))
        keepsPromises(Seq(origin))
      }
    }

    Scenario("a connection to PostgreSQL is killed every second: slower, and nothing is lost or stuck") {
      whole()
      Using.resource(new MisbehavingOrigin()) { origin =>
        Given("jobs that begin, run and are completed all the time")
        val enough = 10
        val ended = new AtomicInteger
        val killer = Executors.newSingleThreadScheduledExecutor()
        killer.scheduleAtFixedRate(
          () => { cluster.database.endConnection(); ended.incrementAndGet(): Unit }, 0, 1, SECONDS)
        var jobs = Seq.empty[Running]
        try
          while (ended.get < enough) {
            assert(jobs.size < 2000, "and no connection was killed")
            val node = jobs.size % 3
            val name = s"connections/${jobs.size}.bin"
            val script = origin.on(s"/$name", Behaviours.trickles(content, 100000, 100))
            insisting(cluster.node(node).client("alice"), name, job(origin.url(s"/$name"), name)).foreach(id =>
              jobs = jobs :+ Running(id, name, script))
          }
        finally killer.close()

        Then("all of them are transferred")
        val client = cluster.node(0).client("alice")
        measured(s"$enough connections killed: ${jobs.size} jobs, requests of them all: " +
          jobs.map(_.script.requests.size).sum)
        finish(client, jobs)
        jobs.foreach(job => assert(client.job(job.id).path("errorCount").asInt == 0))
        keepsPromises(Seq(origin))
      }
    }

    Scenario("PostgreSQL's machine is gone without a word: connections are given up, and new ones made") {
      inMidTransfer("silent", 12) { (origin, jobs) =>
        val client = cluster.node(0).client("alice")

        When("no connection is answered any more, and new ones lead to where it is now")
        val lost = System.nanoTime()
        cluster.network.loseDatabaseConnections()
        jobs.take(6).foreach(_.script.release())

        Then("every node takes jobs, lists them and runs them")
        goesOn(origin, lost, "silent")
        measured("PostgreSQL fell silent: all went on", lost)
        assert(secondsSince(lost) < 60)
        finish(client, jobs)
        keepsPromises(Seq(origin))
      }
    }

    Scenario("PostgreSQL is slow: callers wait or are put off, and nothing is lost or stuck") {
      whole()
      Using.resource(new MisbehavingOrigin()) { origin =>
        origin.on("/slow", Behaviours.file(content))

        def come(count: Int, prefix: String): Seq[Option[String]] = {
          val begun = System.nanoTime()
          val callers = (0 until count).map { n =>
            val client = cluster.node(n % 3).client("alice")
            CompletableFuture.supplyAsync[Option[String]](
              () => insisting(client, s"$prefix/$n", job(origin.url("/slow"), s"$prefix/$n")),
              (task: Runnable) => Thread.ofVirtual.start(task): Unit)
          }
          cluster.node(0).client("alice").until[Int](() => callers.count(_.isDone), _ > 0)
          for (node <- 0 to 2) assert(cluster.management(node).get("/alive").status == 200)
          val answers = callers.map(_.get(60, SECONDS))
          val accepted = answers.count(_.nonEmpty)
          measured(s"PostgreSQL $prefix: $accepted calls accepted, ${count - accepted} put off", begun)
          answers
        }

        When("each word to and from it takes a tenth of a second, and many callers come at once")
        cluster.network.slowDatabase(Duration.ofMillis(100))

        Then("they wait, and all of their jobs are accepted")
        // So few that the last one, too, is answered well within the ten seconds of a call
        val slow = come(100, "slow")
        assert(slow.forall(_.nonEmpty))

        When("each takes a second")
        cluster.network.slowDatabase(Duration.ofSeconds(1))

        Then("those that would wait too long are told when to try again")
        val verySlow = come(150, "very slow")
        assert(verySlow.exists(_.isEmpty))

        When("it is as fast as before")
        cluster.network.mend()
        val back = System.nanoTime()

        Then("every node takes jobs, lists them and runs them, and all that was accepted is transferred")
        goesOn(origin, back, "slow-after")
        (slow ++ verySlow).flatten.foreach(awaitState(cluster.node(0).client("alice"), _, "TRANSFERRED"))
        measured("PostgreSQL is fast again: all went on", back)
        keepsPromises(Seq(origin), paths = _ != "/slow")
      }
    }

    Scenario("kill -9 of all at once: after the start every job that was accepted is there") {
      inMidTransfer("all", 12) { (origin, jobs) =>
        val script = origin.on("/small", Behaviours.file(content))
        val accepted = new ConcurrentLinkedQueue[String]

        When("all nodes are killed while they take jobs")
        val callers = (0 to 2).map { node =>
          val client = cluster.node(node).client("alice")
          Thread.ofVirtual.start { () =>
            try
              for (n <- Iterator.from(0)) accepted.add(create(client, job(origin.url("/small"), s"all/$node/$n")))
            catch { case _: AssertionError => () } // its node is gone
          }
        }
        script.awaitRequests(20)
        (0 to 2).map(node => Thread.ofVirtual.start(() => cluster.node(node).kill())).foreach(_.join())
        callers.foreach(_.join())
        val started = System.nanoTime()
        whole()

        Then("they are transferred, and those that ran go on at the byte that was on disk")
        val client = cluster.node(0).client("alice")
        jobs.foreach(_.script.awaitRequests(2))
        measured("all killed: the jobs ran again after the start", started)
        jobs.foreach(job => assert(job.script.ranges.asScala == Seq("", s"bytes=$held-")))
        accepted.asScala.foreach(awaitState(client, _, "TRANSFERRED"))
        measured(s"all killed: ${accepted.size} jobs had been accepted and were transferred", started)
        finish(client, jobs)
        // The path of the small file is one of many jobs
        keepsPromises(Seq(origin), paths = _ != "/small")
      }
    }
  }

  private def measured(what: String, sinceNanos: Long): Unit = measured(what, secondsSince(sinceNanos))

  private def measured(what: String, seconds: Double): Unit = measured(f"$what, $seconds%.1f s")

  private def measured(what: String): Unit = {
    info(what)
    println(what) // for the report of the test run, which leaves the other one out
  }

  private def secondsSince(nanos: Long): Double = (System.nanoTime() - nanos) / 1e9

  private def nodes(client: ApiClient): Seq[JsonNode] =
    client.get("/v1/nodes").json.path("nodes").elements.asScala.toSeq

  /** So many bytes have come, and are on disk, before anything happens. */
  private val held = 655360L
  private val content = new Content(72, 1000000)

  private case class Running(id: String, name: String, script: Script)

  private def create(client: ApiClient, body: String): String = {
    val id = client.create(body)
    calls.add(new Call(id, Call.Kind.CREATE))
    id
  }

  private def running(client: ApiClient, origin: MisbehavingOrigin, name: String, script: Script, more: String*): Running =
    Running(create(client, job(origin.url(s"/$name"), name, more: _*)), name, script)

  /** A job whose server is silent after two thirds of its file. */
  private def hanging(client: ApiClient, origin: MisbehavingOrigin, name: String, more: String*): Running = {
    val script = origin.on(s"/$name", Behaviours.hangsAfter(content, held), Behaviours.file(content))
    running(client, origin, name, script, more: _*)
  }

  /** Creates a job although its node or the database has trouble: the key sees to it that it is one. */
  private def insisting(client: ApiClient, key: String, body: String): Option[String] = {
    val answer = client.post("/v1/jobs", body, "Idempotency-Key", key)
    if (answer.status == 503 && answer.headers.firstValue("Retry-After").isPresent) None
    else {
      assert(answer.status == 201, answer.text)
      val id = answer.json.path("id").asText
      calls.add(new Call(id, Call.Kind.CREATE))
      Some(id)
    }
  }

  /** Every node takes a job, runs it, and finds it by its state. */
  private def goesOn(origin: MisbehavingOrigin, since: Long, prefix: String): Unit = {
    val created = (0 to 2).map { node =>
      val name = s"$prefix/after-$node"
      origin.on(s"/$name", Behaviours.file(content))
      val client = cluster.node(node).client("alice")
      client.until[Option[String]](
        () => insisting(client, s"$name-$since", job(origin.url(s"/$name"), name)),
        _.nonEmpty).get
    }
    for (node <- 0 to 2) {
      val client = cluster.node(node).client("alice")
      created.foreach(awaitState(client, _, "TRANSFERRED"))
      client.until[Boolean](
        () => {
          val listed = client.get("/v1/jobs?state=TRANSFERRED&limit=200").json.path("jobs").elements.asScala
          created.toSet.subsetOf(listed.map(_.path("id").asText).toSet)
        },
        all => all)
      client.until[Int](() => cluster.management(node).get("/ready").status, _ == 200)
    }
  }

  /** Three nodes, all of them members, with as many jobs each: shards that move later would take transfers with them. */
  private def whole(): Unit = {
    cluster.restore()
    val client = cluster.node(0).client("alice")
    client.until[Int](() => nodes(client).count(_.path("status").asText == "UP"), _ == 3)
    for (_ <- 0 until 800) assert(client.get(s"/v1/jobs/${UUID.randomUUID}").status == 404)
    client.until[Seq[Int]](
      () => nodes(client).map(_.path("shards").asInt),
      shards => shards.sum > 200 && shards.max - shards.min <= 1): Unit
  }

  /** Three nodes that run so many jobs, each of whose servers is silent after two thirds of the file. */
  private def inMidTransfer(prefix: String, count: Int)(test: (MisbehavingOrigin, Seq[Running]) => Unit): Unit =
    inMidTransfer(prefix, count, Behaviours.hangsAfter(content, held), Behaviours.file(content))(test)

  private def inMidTransfer(prefix: String, count: Int, behaviours: Behaviour*)(
      test: (MisbehavingOrigin, Seq[Running]) => Unit): Unit = {
    whole()
    Using.resource(new MisbehavingOrigin()) { origin =>
      Given(s"$count jobs in mid-transfer on three nodes")
      val client = cluster.node(0).client("alice")
      val jobs = (0 until count).map { n =>
        running(client, origin, s"$prefix/$n.bin", origin.on(s"/$prefix/$n.bin", behaviours: _*))
      }
      jobs.foreach { job =>
        job.script.awaitSent(held)
        awaitHeld(client, job)
      }
      test(origin, jobs)
    }
  }

  private def awaitHeld(client: ApiClient, job: Running): Unit = {
    client.until[JsonNode](() => client.job(job.id), job => job.path("progress").path("bytesTransferred").asLong >= held)
    client.until[Seq[JsonNode]](() => events(client, job.id), _.exists(_.path("bytes").asLong >= held)): Unit
  }

  private def awaitSlices(client: ApiClient, job: Running, count: Int): Unit =
    client.until[Int](() => runs(client, job.id).size, _ >= count): Unit

  private def neverDisturbed(client: ApiClient, job: Running): Unit =
    if (job.script.requests.size != 1) fail(s"${job.script.requests}\n${told(client, job.id)}")

  /** Every job ends, and has its whole file. */
  private def finish(client: ApiClient, jobs: Seq[Running]): Unit = {
    jobs.foreach(_.script.release())
    jobs.foreach { job =>
      awaitState(client, job.id, "TRANSFERRED")
      assert(client.post(s"/v1/jobs/${job.id}/complete").json.path("result").asText == "S_OK")
      calls.add(new Call(job.id, Call.Kind.COMPLETE))
      assert(content.isIn(cluster.files("alice").resolve(job.name)))
    }
  }

  /** Asks the checker about everything that has happened in the cluster so far, and at those servers. */
  private def keepsPromises(
      origins: Seq[MisbehavingOrigin],
      background: Map[String, Int] = Map.empty,
      paths: String => Boolean = _ => true): Unit = {
    val broken = PromiseChecker.broken(
      new PromiseChecker.Evidence(
        calls.asScala.toSeq.asJava,
        PromiseChecker.journal(cluster.database.dataSource),
        origins.flatMap(_.served.asScala).filter(one => paths(one.path)).asJava,
        origins.map(_.host -> Integer.valueOf(32)).toMap.asJava,
        background.view.mapValues(Integer.valueOf).toMap.asJava,
        cluster.stored))
    assert(broken.asScala.toSeq == Nil)
  }

  /** The number of the journal's line that has the job's first slice. */
  private def firstGrant(id: String): Long =
    PromiseChecker
      .journal(cluster.database.dataSource)
      .asScala
      .find(row => row.job.toString == id && row.recorded.event.isInstanceOf[JobEvent.SliceGranted])
      .get
      .ordering
}
