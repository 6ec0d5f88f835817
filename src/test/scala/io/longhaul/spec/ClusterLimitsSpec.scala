package io.longhaul.spec

import io.longhaul.testkit.Behaviours
import io.longhaul.testkit.Content
import io.longhaul.testkit.MisbehavingOrigin
import io.longhaul.testkit.TestCluster
import org.scalatest.GivenWhenThen
import org.scalatest.featurespec.AnyFeatureSpec
import scala.util.Using

/** A limit for a remote host holds over all nodes. */
class ClusterLimitsSpec extends AnyFeatureSpec with GivenWhenThen with JobCalls {

  Feature("Three nodes") {

    for (limit <- Seq(1, 4))
      Scenario(s"never have more than $limit connections to a server, together, and all have their turn") {
        Using.resource(TestCluster.start(3, s"longhaul.transfer.connections-per-host=$limit")) { cluster =>
          Using.resource(new MisbehavingOrigin()) { origin =>
            val content = new Content(73, 20000)
            val client = cluster.node(0).client("alice")

            Given("jobs that take a while each, more than there are connections")
            val count = 24
            val jobs = (0 until count).map { n =>
              origin.on(s"/$n.bin", Behaviours.trickles(content, 5000, 40))
              client.create(job(origin.url(s"/$n.bin"), s"limited/$n.bin"))
            }

            Then("all are transferred, by every node, and the server never sees more connections")
            jobs.foreach(awaitState(client, _, "TRANSFERRED"))
            assert(jobs.map(id => runs(client, id).last).toSet.size == 3)
            assert(origin.mostRequests() <= limit)
            // A thread of the server may see the end of one connection after it has taken the next
            assert(origin.mostConnections() <= limit + 1)
          }
        }
      }
  }
  Feature("Two nodes") {

    Scenario("jobs of one queue that hold all connections to a server let those of another queue in, on either node") {
      Using.resource(
        TestCluster.start(2, "longhaul.transfer.connections-per-host=2", "longhaul.scheduler.time-slice=2s")) { cluster =>
        Using.resource(new MisbehavingOrigin()) { origin =>
          val content = new Content(74, 100000)
          val client = cluster.node(0).client("alice")

          Given("a queue with two transfers that take longer than anybody waits for them")
          val long = Seq("long1.bin", "long2.bin").map { name =>
            origin.on(s"/$name", Behaviours.trickles(content, 20, 50))
            client.create(job(origin.url(s"/$name"), name, """"queue": "long""""))
          }
          long.foreach(awaitState(client, _, "TRANSFERRING"))

          When("another queue has jobs there on both nodes")
          val others = (0 until 16).map { n =>
            origin.on(s"/$n.bin", Behaviours.file(content))
            client.create(job(origin.url(s"/$n.bin"), s"others/$n.bin", """"queue": "others""""))
          }

          Then("all of them are transferred, by every node")
          others.foreach(awaitState(client, _, "TRANSFERRED"))
          assert(others.map(id => runs(client, id).last).toSet.size == 2)
        }
      }
    }
  }
}
