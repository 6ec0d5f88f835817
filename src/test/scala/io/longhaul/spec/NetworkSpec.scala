package io.longhaul.spec

import io.longhaul.testkit.ApiClient
import io.longhaul.testkit.Content
import io.longhaul.testkit.FakeNetwork
import io.longhaul.testkit.TestNode

/** "If the network is disconnected, the job goes to the BG_JOB_STATE_TRANSIENT_ERROR state" until it is back. */
class NetworkSpec extends NodeSpec {
  private val network = new FakeNetwork

  override protected lazy val node: TestNode = TestNode.start(network, settings: _*)
  override protected lazy val alice: ApiClient = node.client("alice")

  Feature("A node that loses its network") {

    Scenario("its jobs wait for it, whatever their retry delay, and go on by themselves where they were") {
      origin.put("/a.bin", new Content(373, 2000000))
      val running = alice.create(
        job(Seq(file(origin.url("/a.bin"), "a.bin")), """"bandwidthBytesPerSecond": 100000, "noProgressTimeoutSeconds": 0"""))
      alice.awaitMessage(running, "progress", _.path("bytesTransferred").asLong > 0)

      When("the cable is pulled")
      network.unplug()

      Then("a job that runs is in TRANSIENT_ERROR within two seconds, says why, and keeps what it has")
      val begun = System.nanoTime
      val cutOff = alice.awaitState(running, "TRANSIENT_ERROR")
      assert((System.nanoTime - begun) / 1e9 < 2)
      assert(cutOff.path("error").path("code").asText == "BG_E_NETWORK_DISCONNECTED")
      assert(cutOff.path("error").path("hresult").asText == "0x80200010")
      assert(cutOff.path("errorCount").asInt == 0)
      assert(cutOff.path("progress").path("bytesTransferred").asLong > 0)
      val reason = alice.get(s"/v1/jobs/$running/explain").json.path("reasons").path(0)
      assert(reason.path("code").asText == "NETWORK_DISCONNECTED")

      And("so is one that comes now and reaches nobody")
      val later = alice.create(job(Seq(file("http://127.0.0.1:1/b.bin", "b.bin"))))
      assert(alice.awaitState(later, "TRANSIENT_ERROR").path("error").path("code").asText == "BG_E_NETWORK_DISCONNECTED")

      When("it is plugged in again")
      assert(alice.patch(s"/v1/jobs/$running", """{"bandwidthBytesPerSecond": null}""").status == 200)
      network.plug()

      Then("both are queued")
      alice.awaitState(running, "TRANSFERRED")
      assert(origin.requests("/a.bin").get(1).header("range").startsWith("bytes="))
      assert(events(running).exists(_.path("reason").asText == "NETWORK_BACK"))
      alice.until[ApiClient.Answer](
        () => alice.get(s"/v1/jobs/$later"),
        _.json.path("error").path("code").asText == "ERROR_WINHTTP_CANNOT_CONNECT")
    }
  }
}
