package io.longhaul.spec

import com.fasterxml.jackson.databind.JsonNode
import io.longhaul.ops.Node
import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.TestSettings
import java.nio.file.Files
import java.nio.file.Path
import java.util.Comparator
import org.scalatest.GivenWhenThen
import org.scalatest.featurespec.AnyFeatureSpec
import scala.util.Using

/** A node keeps everything below its data folder: a second start there goes on with it at once. */
class RunningSpec extends AnyFeatureSpec with GivenWhenThen {

  Feature("Starting and ending a node") {

    Scenario("a node is started again on the folder of one that has ended") {
      inFolder { folder =>
        Given("a node that has written to its database and ended")
        Using.resource(Node.start(TestSettings.below(folder))) { node =>
          execute(node, "CREATE TABLE written AS SELECT 42 AS number")
        }

        When("another one starts on the same folder")
        Using.resource(Node.start(TestSettings.below(folder))) { node =>
          Then("it finds what was written, and tables that are up to date")
          assert(number(node, "SELECT number FROM written") == 42)
          assert(number(node, "SELECT count(*) FROM event_journal") == 0)
        }
      }
    }

    Scenario("the process of its own database is killed") {
      inFolder { folder =>
        Using.Manager { use =>
          Given("a node with a job")
          val node = use(Node.start(TestSettings.below(folder)))
          val client = use(new ApiClient(node.api, "alice"))
          val id = client.create(job)

          When("its PostgreSQL is killed")
          val process = Files.readAllLines(folder.resolve("postgres/data/postmaster.pid")).getFirst.toLong
          assert(ProcessHandle.of(process).get.destroyForcibly())

          Then("the node starts it again, tells of the job and takes others, and need not be started again itself")
          client.until[Int](() => client.get(s"/v1/jobs/$id").status, _ == 200)
          client.until[Int](() => client.post("/v1/jobs", job).status, _ == 201)
          assert(Files.readAllLines(folder.resolve("postgres/data/postmaster.pid")).getFirst.toLong != process)
        }.get
      }
    }

    Scenario("what its database holds of one job is damaged") {
      inFolder { folder =>
        Given("three jobs, one of which the journal does not have right any more")
        val ids = Using.Manager { use =>
          val node = use(Node.start(TestSettings.below(folder)))
          val client = use(new ApiClient(node.api, "alice"))
          val ids = Seq.fill(3)(client.create(job))
          client.until[Int](() => client.get("/v1/jobs").json.path("jobs").size, _ == 3)
          execute(node, s"UPDATE event_journal SET event_payload = 'x' WHERE persistence_id = 'Job|${ids.head}'")
          ids
        }.get

        When("the node is started again")
        Using.Manager { use =>
          val node = use(Node.start(TestSettings.below(folder)))
          val client = use(new ApiClient(node.api, "alice"))

          Then("that job says what is wrong with it")
          val answer = client.get(s"/v1/jobs/${ids.head}")
          assert(answer.status == 500)
          assert(answer.json.path("code").asText == "BG_E_DATABASE_CORRUPT")

          And("a verb on all jobs is carried out on the others, and counts it as refused")
          val operation = client.post("/v1/jobs/cancel").headers.firstValue("Location").get
          val done = client.until[JsonNode](
            () => client.get(operation).json,
            progress => progress.path("state").asText == "DONE")
          assert(Seq("matched", "applied", "refused").map(done.path(_).asInt) == Seq(3, 2, 1))
          assert(done.at("/refusals/0/jobId").asText == ids.head)
          assert(done.at("/refusals/0/code").asText == "BG_E_DATABASE_CORRUPT")
          assert(ids.tail.forall(id => client.get(s"/v1/jobs/$id").json.path("state").asText == "CANCELLED"))
        }.get
      }
    }
  }

  private val job =
    """{"displayName": "kept", "files": [{"remoteName": "http://127.0.0.1:1/file", "localName": "file"}]}"""

  private def inFolder(test: Path => Unit): Unit = {
    val folder = Files.createTempDirectory("longhaul-spec")
    try test(folder)
    finally Using.resource(Files.walk(folder))(_.sorted(Comparator.reverseOrder[Path]).forEach(Files.delete(_)))
  }

  private def execute(node: Node, sql: String): Unit =
    Using.Manager { use =>
      val connection = use(node.database.dataSource.getConnection)
      use(connection.createStatement).execute(sql)
    }.get: Unit

  private def number(node: Node, sql: String): Long =
    Using.Manager { use =>
      val connection = use(node.database.dataSource.getConnection)
      val row = use(use(connection.createStatement).executeQuery(sql))
      row.next()
      row.getLong(1)
    }.get
}
