package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.job.Owner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A caller who is no administrator")
class AccessTest {
    /** As it is once tokens are asked for: only root is an administrator. */
    private static final ApiFixture API = new ApiFixture(request -> {
        Owner owner = Access.unauthenticated(true).callerOf(request).owner();
        return new Caller(owner, owner.name().equals("root"));
    });

    private static final String[] ALICE = {"X-Longhaul-Owner", "alice"};
    private static final String[] BOB = {"X-Longhaul-Owner", "bob"};

    @AfterAll
    static void stop() {
        API.close();
    }

    private static String aliceJob() {
        return API.post("/v1/jobs", "{\"displayName\":\"hers\"}", ALICE)
                .expect(201)
                .json()
                .get("id")
                .asText();
    }

    @Test
    void does_not_see_the_jobs_of_others() {
        String id = aliceJob();
        API.get("/v1/jobs/" + id, ALICE).expect(200);
        API.get("/v1/jobs/" + id, BOB).expect(404, "BG_E_NOT_FOUND");
        API.post("/v1/jobs/" + id + "/cancel", null, BOB).expect(404, "BG_E_NOT_FOUND");
        API.get("/v1/jobs/" + id + "/watch", BOB).expect(404, "BG_E_NOT_FOUND");
        assertEquals(0, API.get("/v1/jobs", BOB).json().get("jobs").size());
        assertEquals(0, API.get("/v1/jobs/count", BOB).json().get("total").asInt());
        API.get("/v1/jobs?owner=alice", BOB).expect(403, "E_ACCESSDENIED");
    }

    @Test
    void acts_on_his_own_jobs_alone() {
        String id = aliceJob();
        String location = API.post("/v1/jobs/cancel", null, BOB).expect(202).header("Location");
        API.get(location, BOB).expect(200);
        API.get(location, ALICE).expect(404, "BG_E_NOT_FOUND");
        API.post("/v1/jobs/" + id + "/cancel", null, ALICE).expect(200);
    }

    @Test
    void does_not_do_what_administrators_do() {
        String id = aliceJob();
        API.post("/v1/jobs/" + id + "/take-ownership", null, ALICE).expect(403, "E_ACCESSDENIED");
        API.send("PUT", "/v1/queues/q", "{\"backgroundSlots\":1}", BOB).expect(403, "E_ACCESSDENIED");
        API.post("/v1/owners/alice/logoff", null, BOB).expect(403, "E_ACCESSDENIED");
        API.get("/v1/stats", BOB).expect(403, "E_ACCESSDENIED");
        API.post("/v1/jobs/" + id + "/take-ownership", null, "X-Longhaul-Owner", "root")
                .expect(200);
    }
}
