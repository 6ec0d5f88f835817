package io.longhaul.spec

import io.longhaul.testkit.ApiClient

/** "You can use Group Policy to configure …": limits that administrators set for the fleet, a queue or an owner. */
class PoliciesSpec extends NodeSpec {

  private def policies(body: String): Unit = {
    val answer = alice.put("/v1/policies", body)
    assert(answer.status == 200, answer.text)
  }

  Feature("MaxJobsPerUser and MaxJobsPerMachine") {

    Scenario("with BITS's figures the sixty-first job of an owner is refused, until another one is over") {
      policies("""{"preset": "BITS"}""")
      val user = node.client("user")
      val ids = (1 to 60).map(n => user.create(s"""{"displayName": "job $n", "queue": "machine"}"""))
      val refused = user.post("/v1/jobs", """{"displayName": "one too many", "queue": "machine"}""")
      assert(refused.status == 429)
      assert(refused.code == "BG_E_TOO_MANY_JOBS_PER_USER")
      assert(refused.json.path("hresult").asText == "0x80200049")
      assert(refused.headers.firstValue("Retry-After").isPresent)

      When("one of them is cancelled")
      assert(user.post(s"/v1/jobs/${ids.head}/cancel").status == 200)

      Then("there is room for another")
      user.until[ApiClient.Answer](() => user.post("/v1/jobs", """{"displayName": "room"}"""), _.status == 201)

      And("five such users fill the machine, which is a queue")
      for (other <- (1 to 4).map(n => node.client(s"user$n")); n <- 1 to 60)
        other.create(s"""{"displayName": "job $n", "queue": "machine"}""")
      val last = node.client("last")
      last.create("""{"displayName": "the three hundredth", "queue": "machine"}""")
      assert(
        last.post("/v1/jobs", """{"displayName": "x", "queue": "machine"}""").code == "BG_E_TOO_MANY_JOBS_PER_MACHINE")
      last.create("""{"displayName": "elsewhere", "queue": "other"}""")

      And("an owner for whom the limits are lifted goes by")
      policies(
        """{"preset": "BITS", "owners": {"service": {"maxJobsPerUser": "UNLIMITED", "maxJobsPerMachine": "UNLIMITED"}}}""")
      val service = node.client("service")
      (1 to 100).foreach(n => service.create(s"""{"displayName": "job $n", "queue": "machine"}"""))
      policies("{}")
    }
  }
}
