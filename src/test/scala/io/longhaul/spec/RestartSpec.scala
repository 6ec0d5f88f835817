package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.MisbehavingOrigin
import io.longhaul.testkit.NodeProcess
import io.longhaul.testkit.Origin
import java.io.BufferedReader
import java.io.InputStreamReader
import java.net.Socket
import java.net.URI
import java.nio.charset.StandardCharsets
import java.nio.file.Files
import java.nio.file.Path
import java.util.Comparator
import org.scalatest.GivenWhenThen
import org.scalatest.featurespec.AnyFeatureSpec
import scala.util.Using

/** "BITS continues to transfer after a restart." The real program is killed with kill -9 and started again. */
class RestartSpec extends AnyFeatureSpec with GivenWhenThen {

  private def job(url: String, name: String): String =
    s"""{"displayName": "$name", "files": [{"remoteName": "$url", "localName": "$name"}], "resume": true}"""

  Feature("kill -9") {

    Scenario("in mid-transfer: the job goes on, and what was on disk is not fetched again") {
      inFolder { folder =>
        Using.resource(new MisbehavingOrigin()) { origin =>
          val content = new Content(61, 3000000)
          val script = origin.on("/big.bin", Behaviours.hangsAfter(content, 2000000), Behaviours.file(content))

          Given("a job that has got two thirds of its file, and a node with small checkpoints")
          val settings = Seq("longhaul.transfer.checkpoint-bytes=65536", "longhaul.transfer.checkpoint-interval=100ms")
          val first = NodeProcess.start(folder, settings: _*)
          val id = Using.resource(first.client("alice")) { client =>
            val created = client.create(job(origin.url("/big.bin"), "big.bin"))
            script.awaitSent(2000000)
            client.until[JsonNode](
              () => client.get(s"/v1/jobs/$created/events?limit=1000").json,
              events => events.toString.contains("\"bytes\":2000000"))
            created
          }

          When("the node is killed and started again")
          first.kill()
          Using.resource(NodeProcess.start(folder, settings: _*)) { second =>
            Using.resource(second.client("alice")) { client =>
              Then("the job goes on at the byte that it had reached")
              client.awaitState(id, "TRANSFERRED")
              assert(script.ranges.get(1) == "bytes=2000000-")
              assert(client.post(s"/v1/jobs/$id/complete").json.path("result").asText == "S_OK")
              assert(content.isIn(second.files("alice").resolve("big.bin")))

              And("its history says that it was put back into the queue by the restart")
              val events = client.get(s"/v1/jobs/$id/events?limit=1000").json.path("events").toString
              assert(events.contains("\"RESTART\""))

              And("when the transfer was last heard of: its maximum download time has run until then")
              assert(events.contains("\"lastSeenAt\""))
            }
            assert(second.end() == 0)
          }
        }
      }
    }

    Scenario("in the middle of a large file, which goes past the system's cache: it goes on at its last checkpoint") {
      inFolder { folder =>
        Using.resource(new MisbehavingOrigin()) { origin =>
          val content = new Content(63, 64 << 20)
          val script = origin.on("/large.bin", Behaviours.hangsAfter(content, 40000000), Behaviours.file(content))

          Given("a job that has more than one checkpoint of its file behind it")
          val first = NodeProcess.start(folder)
          val id = Using.resource(first.client("alice")) { client =>
            val created = client.create(job(origin.url("/large.bin"), "large.bin"))
            client.until[JsonNode](
              () => client.get(s"/v1/jobs/$created").json,
              job => job.path("progress").path("bytesTransferred").asLong > (16 << 20))
            created
          }

          When("the node is killed and started again")
          first.kill()
          Using.resource(NodeProcess.start(folder)) { second =>
            Using.resource(second.client("alice")) { client =>
              client.awaitState(id, "TRANSFERRED")

              Then("no more was fetched again than came since a checkpoint that its history tells of")
              val begin = script.ranges.get(1).stripPrefix("bytes=").stripSuffix("-").toLong
              val events = client.get(s"/v1/jobs/$id/events?limit=1000").json.path("events").toString
              assert(begin >= (8 << 20))
              assert(events.contains(s""""bytes":$begin"""))

              And("the file holds what the server has")
              assert(client.post(s"/v1/jobs/$id/complete").json.path("result").asText == "S_OK")
              assert(content.isIn(second.files("alice").resolve("large.bin")))
            }
          }
        }
      }
    }

    Scenario("in mid-batch: every job whose answer was read is there, once, and is transferred") {
      inFolder { folder =>
        Using.resource(Origin.http()) { origin =>
          origin.put("/small.bin", new Content(62, 100))
          val first = NodeProcess.start(folder)
          val accepted = Using.resource(first.client("alice")) { client =>
            firstAnswers(client.base, 3000, 500, origin.url("/small.bin"), () => first.kill())
          }
          assert(accepted.size >= 500)
          Using.resource(NodeProcess.start(folder)) { second =>
            Using.resource(second.client("alice")) { client =>
              accepted.foreach(id => client.awaitState(id, "TRANSFERRED"))
              assert(accepted.toSet.size == accepted.size)

              And("the same batch sent again with its key names the same jobs")
              val again = firstAnswers(client.base, 3000, 3000, origin.url("/small.bin"), () => ())
              assert(again.take(accepted.size) == accepted)
              assert(again.toSet.size == 3000)
            }
          }
        }
      }
    }
  }

  /** Sends a batch, and when so many answers are there does what is to be done then; the ids that were answered. */
  private def firstAnswers(api: URI, lines: Int, enough: Int, url: String, andThen: () => Unit): Seq[String] =
    Using.resource(new Socket(api.getHost, api.getPort)) { socket =>
      val out = socket.getOutputStream
      val head = "POST /v1/jobs/batch HTTP/1.1\r\nHost: x\r\nX-Longhaul-Owner: alice\r\nIdempotency-Key: batch-1\r\n" +
        "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
      out.write(head.getBytes(StandardCharsets.US_ASCII))
      val sender = Thread.ofVirtual.start { () =>
        try {
          for (n <- 0 until lines) {
            val line = job(url, s"small/$n.bin") + "\n"
            out.write(s"${line.length.toHexString}\r\n$line\r\n".getBytes(StandardCharsets.US_ASCII))
          }
          out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
        } catch { case _: java.io.IOException => () } // the node was killed, as it was to be
      }
      val in = new BufferedReader(new InputStreamReader(socket.getInputStream, StandardCharsets.US_ASCII))
      val id = """"id":"([0-9a-f-]{36})"""".r
      val ids = Iterator
        .continually(in.readLine)
        .takeWhile(_ != null)
        .flatMap(line => id.findFirstMatchIn(line).map(_.group(1)))
        .take(enough)
        .toVector
      andThen()
      sender.join()
      ids
    }

  private def inFolder(test: Path => Unit): Unit = {
    val folder = Files.createTempDirectory("longhaul-restart")
    try test(folder)
    finally Using.resource(Files.walk(folder))(_.sorted(Comparator.reverseOrder[Path]).forEach(Files.delete(_)))
  }
}
