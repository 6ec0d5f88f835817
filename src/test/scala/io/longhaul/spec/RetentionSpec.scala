package io.longhaul.spec

import io.longhaul.testkit.Content
import java.nio.file.Files

/** "How long a final job can be read": so long, and then it is gone, and its files are not. */
class RetentionSpec extends NodeSpec {

  override protected def settings: Seq[String] = Seq("longhaul.job.retention = 2s")

  private val content = new Content(81, 1000)

  private def total: Int = alice.get("/v1/jobs/count").json.path("total").asInt

  Feature("Old jobs go away by themselves") {

    Scenario("a completed job is gone a while later, from every list, and its file stays") {
      Given("a job that is complete, and one that is not")
      origin.put("/kept.bin", content)
      val waiting = alice.create(job(Seq(file(origin.url("/kept.bin"), "waiting.bin"))))
      alice.awaitState(waiting, "TRANSFERRED")
      val created = alice.post(
        "/v1/jobs",
        job(Seq(file(origin.url("/kept.bin"), "kept.bin"))),
        "Idempotency-Key",
        "once")
      val id = created.json.path("id").asText
      alice.awaitState(id, "TRANSFERRED")
      alice.post(s"/v1/jobs/$id/complete")
      assert(alice.get(s"/v1/jobs/$id").status == 200)

      Then("it cannot be read any more after the retention time")
      val gone = alice.until[io.longhaul.testkit.ApiClient.Answer](
        () => alice.get(s"/v1/jobs/$id"),
        _.status == 404)
      assert(gone.code == "BG_E_NOT_FOUND")
      assert(alice.post(s"/v1/jobs/$id/cancel").code == "BG_E_NOT_FOUND")
      assert(alice.get(s"/v1/jobs/$id/events").status == 404)

      And("it is counted and listed no more")
      alice.until[Int](() => total, _ == 1)
      val jobs = alice.get("/v1/jobs").json.path("jobs")
      assert(jobs.size == 1 && jobs.path(0).path("id").asText == waiting)

      And("its file is where it was, and the other job goes on")
      assert(Files.size(fileOf("alice", "kept.bin")) == content.size)
      assert(state(waiting) == "TRANSFERRED")

      And("its Idempotency-Key is free again")
      val again = alice.until[io.longhaul.testkit.ApiClient.Answer](
        () =>
          alice.post(
            "/v1/jobs",
            job(Seq(file(origin.url("/kept.bin"), "kept.bin"))),
            "Idempotency-Key",
            "once"),
        _.status == 201)
      assert(again.json.path("id").asText != id)
    }

    Scenario("a cancelled job is gone, and stays gone over a restart of the node") {
      origin.put("/given-up.bin", content)
      val id = alice.create(suspendedJob(Seq(file(origin.url("/given-up.bin"), "given-up.bin"))))
      alice.post(s"/v1/jobs/$id/cancel")
      alice.until[Int](() => alice.get(s"/v1/jobs/$id").status, _ == 404)
      node.restart()
      val again = node.client("alice")
      try assert(again.get(s"/v1/jobs/$id").status == 404)
      finally again.close()
    }
  }
}
