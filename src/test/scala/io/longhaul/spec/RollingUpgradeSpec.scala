package io.longhaul.spec

import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.MisbehavingOrigin
import io.longhaul.testkit.SteadyCallers
import io.longhaul.testkit.TestCluster
import java.net.URI
import java.nio.file.Files
import java.nio.file.Path
import java.util.Comparator
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.locks.LockSupport
import java.util.function.Supplier
import org.scalatest.GivenWhenThen
import org.scalatest.featurespec.AnyFeatureSpec
import scala.jdk.CollectionConverters._
import scala.util.Try
import scala.util.Using

/** Three nodes, with TLS between them, that end and start again in turn as docs/operating/upgrade.md says. */
class RollingUpgradeSpec extends AnyFeatureSpec with GivenWhenThen with JobCalls {

  Feature("A rolling upgrade") {

    Scenario("while three nodes end and start again in turn every call is served by some node, and no job is lost") {
      Using.Manager { use =>
        val certificates = use(new Certificates)
        val cluster = use(TestCluster.start(3, certificates.settings: _*))
        val origin = use(new MisbehavingOrigin())
        val content = new Content(74, 100000)
        val slow = Behaviours.trickles(content, 10000, 200)

        Given("callers who create, read, change, complete and cancel jobs; each third job takes two seconds")
        def job(number: Int): String = {
          val behaviour = if (number % 3 == 0) slow else Behaviours.file(content)
          origin.on(s"/$number.bin", behaviour)
          val file = s"""{"remoteName": "${origin.url(s"/$number.bin")}", "localName": "$number.bin"}"""
          s"""{"displayName": "job $number", "files": [$file], "resume": true}"""
        }
        val apis = (0 to 2).map(node => (() => cluster.node(node).api): Supplier[URI])
        val callers = use(SteadyCallers.start(apis.asJava, 6, number => job(number)))
        callers.awaitMore(12)

        for (node <- Seq(1, 2, 0)) { // the oldest last
          When(s"node $node is told to end")
          val told = System.nanoTime()
          val leaving = new Watcher(cluster.management(node))
          assert(cluster.node(node).end() == 0)
          val ended = System.nanoTime()

          Then("it is not ready from then on, and no step of its end was waited for in vain")
          assert(leaving.stop().lastOption.exists(_ != 200))
          val log = cluster.node(node).log
          assert(phasesInVain(log) == Nil, log.takeRight(20000))

          When("it is started again")
          val joining = new Watcher(cluster.management(node))
          cluster.restore()
          val ready = System.nanoTime()

          Then("it is alive and not ready until it has joined")
          cluster.management(node).until[Int](() => cluster.management(node).get("/ready").status, _ == 200)
          assert(joining.stop().headOption.exists(_ != 200))
          measured(f"node $node ended in ${(ended - told) / 1e9}%.1f s, was ready in ${(ready - ended) / 1e9}%.1f s")
          callers.awaitMore(5)
        }

        Then("no call failed for good")
        callers.finish()
        measured(s"${callers.created.size} jobs, ${callers.summary}")
        assert(callers.failures.asScala == Nil)
        assert(callers.created.size == callers.came)

        And("every job that was accepted is there once, and has ended once, with its whole file")
        val client = cluster.node(0).client("alice")
        client.until[Int](() => client.get("/v1/jobs/count").json.path("total").asInt, _ == callers.created.size)
        for ((number, id) <- callers.created.asScala) {
          val state = if (SteadyCallers.isCancelled(number)) "CANCELLED" else "ACKNOWLEDGED"
          val job = client.job(id)
          if (job.path("state").asText != state) fail(s"not $state: ${told(client, id)}")
          assert(job.path("errorCount").asInt == 0, job)
          val history = events(client, id)
          assert(history.map(_.path("sequence").asInt) == (1 to history.size))
          assert(history.count(event => Set("JobAcknowledged", "JobCancelled")(event.path("type").asText)) == 1)
          if (state == "ACKNOWLEDGED") {
            assert(history.count(_.path("type").asText == "FileTransferred") == 1)
            assert(content.isIn(cluster.files("alice").resolve(s"$number.bin")))
          }
        }

        And("nothing else is in the store")
        val expected = callers.created.asScala.keySet.filterNot(SteadyCallers.isCancelled(_)).map(n => s"$n.bin")
        assert(filesIn(cluster.files("alice")) == expected)
      }.get
    }
  }

  private def filesIn(folder: Path): Set[String] =
    Using.resource(Files.walk(folder))(_.iterator.asScala.filter(Files.isRegularFile(_)).map(_.getFileName.toString).toSet)

  private def measured(what: String): Unit = {
    info(what)
    println(what) // for the report of the test run, which leaves the other one out
  }

  /** What /ready says while something happens, for as long as anybody answers. */
  private class Watcher(management: ApiClient) {
    private val said = new ConcurrentLinkedQueue[Int]
    @volatile private var over = false
    private val thread = Thread.ofVirtual.start { () =>
      while (!over) {
        Try(management.get("/ready").status).foreach(said.add)
        LockSupport.parkNanos(50000000)
      }
    }

    def stop(): Seq[Int] = {
      over = true
      thread.join()
      said.asScala.toSeq
    }
  }

  /** Those that deploy/certificates makes. */
  private class Certificates extends AutoCloseable {
    private val folder = Files.createTempDirectory("longhaul-certificates")
    private val made = new ProcessBuilder("deploy/certificates", folder.toString)
      .redirectErrorStream(true)
      .redirectOutput(folder.resolve("said").toFile)
      .start()
    assert(made.waitFor() == 0, Files.readString(folder.resolve("said")))

    val settings: Seq[String] = Seq("certificate" -> "tls.crt", "key" -> "tls.key", "authority" -> "ca.crt").map {
      case (name, file) => s"longhaul.cluster.tls.$name=${folder.resolve(file)}"
    }

    override def close(): Unit =
      Using.resource(Files.walk(folder))(_.sorted(Comparator.reverseOrder[Path]).forEach(Files.delete(_)))
  }
}
