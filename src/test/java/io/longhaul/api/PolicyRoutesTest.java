package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.api.ApiFixture.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("/v1/policies")
class PolicyRoutesTest {
    private final ApiFixture api = new ApiFixture();

    @AfterEach
    void stop() {
        api.close();
    }

    private Reply put(String body, String... headers) {
        return api.send("PUT", "/v1/policies", body, headers);
    }

    @Test
    void say_nothing_at_first() {
        Reply reply = api.get("/v1/policies").expect(200);
        assertEquals(0, reply.json().get("version").asInt());
        assertEquals("FLEET", reply.json().get("preset").asText());
        assertEquals("\"0\"", reply.header("ETag"));
        assertTrue(reply.json().at("/fleet/maxJobsPerUser").isNull());
    }

    @Test
    void are_replaced_in_versions_and_can_be_sent_back_as_they_were_answered() {
        Reply first = put("""
                        {"preset": "BITS",
                         "fleet": {"jobInactivityTimeoutSeconds": 86400, "maxJobsPerUser": "UNLIMITED",
                           "bandwidth": {"timeZone": "Europe/Berlin", "limits": {"NORMAL": 1000000, "LOW": 3},
                             "work": {"days": ["MONDAY", "FRIDAY"], "from": "08:00", "to": "17:30", "limits": {"LOW": 0}}}},
                         "queues": {"site-7": {"maxJobsPerMachine": 5000}},
                         "owners": {"alice": {"maxDownloadTimeSeconds": 60}}}""", Access.OWNER_HEADER, "carol").expect(200);
        JsonNode json = first.json();
        assertEquals(1, json.get("version").asInt());
        assertEquals("carol", json.get("changedBy").asText());
        assertEquals(api.clock.instant().toString(), json.get("changedAt").asText());
        assertEquals("UNLIMITED", json.at("/fleet/maxJobsPerUser").asText());
        assertEquals(250, json.at("/fleet/bandwidth/limits/LOW").asInt(), "BITS's 2 kbit/s");
        JsonNode work = json.at("/fleet/bandwidth").get("work");
        assertEquals(0, work.at("/limits/LOW").asInt());
        assertEquals("17:30", work.get("to").asText());
        assertEquals(json, api.get("/v1/policies").expect(200).json());

        JsonNode second = put(json.toString()).expect(200).json();
        assertEquals(2, second.get("version").asInt());
        assertEquals(json.get("fleet"), second.get("fleet"));
        assertEquals(json.get("queues"), second.get("queues"));
        put(json.toString()).expect(412, "E_INVALIDARG");
    }

    @Test
    void are_replaced_only_where_nobody_else_did() {
        put("{}", "If-Match", "\"0\"").expect(200);
        put("{}", "If-Match", "\"0\"").expect(412, "E_INVALIDARG");
        put("{}", "If-Match", "\"1\"").expect(200);
        api.policies.overtake(3);
        assertEquals(6, put("{}").expect(200).json().get("version").asInt());
        api.policies.overtake(Integer.MAX_VALUE);
        put("{}").expect(412, "E_INVALIDARG");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"preset\": \"NONE\"}|preset must be one of BITS, FLEET.",
                "{\"fleet\": {\"maxJobs\": 1}}|There is no property fleet.maxJobs.",
                "{\"fleet\": {\"maxJobsPerUser\": -1}}|fleet.maxJobsPerUser must be a whole number",
                "{\"fleet\": {\"maxJobsPerUser\": 301, \"maxJobsPerMachine\": 300}}|not be more than maxJobsPerMachine",
                "{\"fleet\": {\"maxFilesPerJob\": 0}}|fleet.maxFilesPerJob must be 1 to 1000000.",
                "{\"fleet\": {\"maxDownloadTimeSeconds\": 0}}|fleet.maxDownloadTimeSeconds must be 1 to",
                "{\"queues\": {\"-\": {}}}|queues.- is a name that none of them can have.",
                "{\"queues\": {\"a\": null}}|queues.a must be a JSON object.",
                "{\"owners\": {\"a b\": {}}}|owners.a b is a name",
                "{\"fleet\": {\"bandwidth\": {\"timeZone\": \"Moon/Sea\"}}}|bandwidth.timeZone must be a time zone",
                "{\"fleet\": {\"bandwidth\": {\"limits\": {\"URGENT\": 1}}}}|no property fleet.bandwidth.limits.URGENT",
                "{\"fleet\": {\"bandwidth\": {\"work\": {\"from\": \"8:00\", \"to\": \"17:00\"}}}}|work.from must be a time",
                "{\"fleet\": {\"bandwidth\": {\"work\": {\"from\": \"08:00\"}}}}|work.to is required",
                "{\"fleet\": {\"bandwidth\": {\"work\": {\"days\": [], \"from\": \"08:00\", \"to\": \"09:00\"}}}}|at least one day",
                "{\"fleet\": {\"bandwidth\": {\"limits\": {\"LOW\": 9007199254740993}}}}|limits.LOW must be a whole number"
            })
    void are_refused_where_they_make_no_sense(String body, String detail) {
        assertTrue(put(body).expect(400, "E_INVALIDARG").detail().contains(detail));
        assertEquals(0, api.get("/v1/policies").json().get("version").asInt());
    }

    @Test
    void of_a_queue_are_set_with_the_queue_too() {
        put("{\"owners\": {\"alice\": {}}}").expect(200);
        Reply set = api.send("PUT", "/v1/queues/site-7", "{\"policy\": {\"maxJobsPerMachine\": 7}}")
                .expect(200);
        assertEquals(7, set.json().at("/policy/maxJobsPerMachine").asInt());
        assertTrue(set.json().get("configured").asBoolean());
        JsonNode all = api.get("/v1/policies").json();
        assertEquals(2, all.get("version").asInt());
        assertEquals(7, all.at("/queues/site-7/maxJobsPerMachine").asInt());
        assertTrue(all.at("/owners/alice").isObject());

        Reply slots =
                api.send("PUT", "/v1/queues/site-7", "{\"backgroundSlots\": 3}").expect(200);
        assertEquals(3, slots.json().get("backgroundSlots").asInt());
        assertEquals(7, slots.json().at("/policy/maxJobsPerMachine").asInt());
        assertTrue(api.send("PUT", "/v1/queues/site-7", "{\"policy\": null}")
                .expect(200)
                .json()
                .get("policy")
                .isNull());
        api.send("PUT", "/v1/queues/site-7", "{}").expect(400, "E_INVALIDARG");
        assertEquals(3, api.get("/v1/policies").json().get("version").asInt());
    }

    @Test
    void in_force_say_where_they_come_from() {
        put("{\"preset\": \"BITS\", \"queues\": {\"site-7\": {\"maxFilesPerJob\": 9, \"bandwidth\": {\"limits\": {\"LOW\": 1000}}}}}")
                .expect(200);
        JsonNode rows = api.get("/v1/policies/in-force?queue=site-7&owner=alice")
                .expect(200)
                .json();
        assertEquals(9, rows.at("/maxFilesPerJob/value").asInt());
        assertEquals("QUEUE", rows.at("/maxFilesPerJob/source").asText());
        assertEquals("site-7", rows.at("/maxFilesPerJob/name").asText());
        assertEquals("BITS", rows.at("/maxJobsPerUser/name").asText());
        assertEquals(1000, rows.at("/bandwidth/LOW/bytesPerSecond").asInt());
        assertTrue(rows.at("/bandwidth/HIGH").isNull());
        api.get("/v1/policies/in-force?queue=-").expect(400, "E_INVALIDARG");
        assertEquals(
                "anonymous",
                api.get("/v1/policies/in-force").expect(200).json().get("owner").asText());
    }

    @Test
    void are_audited() {
        put("{}", Access.OWNER_HEADER, "carol").expect(200);
        api.send("PUT", "/v1/queues/site-7", "{\"backgroundSlots\": 3}", Access.OWNER_HEADER, "dave")
                .expect(200);
        JsonNode page = api.get("/v1/audit?limit=1").expect(200).json();
        assertEquals("dave", page.at("/lines/0/by").asText());
        assertEquals("QUEUE_SLOTS", page.at("/lines/0/action").asText());
        assertEquals("queue site-7: 3", page.at("/lines/0/subject").asText());
        JsonNode older = api.get("/v1/audit?cursor=" + page.get("nextCursor").asText())
                .expect(200)
                .json();
        assertEquals("carol", older.at("/lines/0/by").asText());
        assertEquals("version 1: all policies", older.at("/lines/0/subject").asText());
        assertTrue(older.get("nextCursor").isNull());
    }

    @Test
    void limit_the_jobs_that_come_from_another_queue_or_owner_too() {
        put("{\"fleet\": {\"maxJobsPerUser\": 1}, \"queues\": {\"full\": {\"maxJobsPerMachine\": 1,"
                        + " \"maxJobsPerUser\": 1}}}")
                .expect(200);
        String job = api.create("one", 1, false);
        String other = api.post(
                        "/v1/jobs", "{\"displayName\": \"other\", \"queue\": \"full\"}", Access.OWNER_HEADER, "bob")
                .expect(201)
                .json()
                .get("id")
                .asText();
        api.send("PATCH", "/v1/jobs/" + job, "{\"queue\": \"full\"}").expect(429, "BG_E_TOO_MANY_JOBS_PER_MACHINE");
        api.post("/v1/jobs/" + other + "/take-ownership", "").expect(429, "BG_E_TOO_MANY_JOBS_PER_USER");
        api.post("/v1/jobs/" + job + "/take-ownership", "").expect(200); // it is the caller's already

        put("{\"queues\": {\"full\": {\"maxJobsPerMachine\": 2}}, \"fleet\": {\"maxJobsPerUser\": 2}}")
                .expect(200);
        api.send("PATCH", "/v1/jobs/" + job, "{\"queue\": \"full\", \"displayName\": \"\"}")
                .expect(400, "E_INVALIDARG");
        api.send("PATCH", "/v1/jobs/" + job, "{\"queue\": \"full\"}").expect(200);
        api.post("/v1/jobs/" + other + "/take-ownership", "").expect(200);
    }

    @Test
    void say_for_how_long_a_job_may_be_left_alone_that_was_there_before_them() {
        String id = api.create("older", 1, false);
        put("{\"fleet\": {\"jobInactivityTimeoutSeconds\": 120, \"maxDownloadTimeSeconds\": 60}}")
                .expect(200);
        JsonNode job = api.get("/v1/jobs/" + id).json();
        assertEquals(120, job.get("inactivityTimeoutSeconds").asInt());
        assertEquals(
                120,
                api.get("/v1/jobs")
                        .json()
                        .at("/jobs/0/inactivityTimeoutSeconds")
                        .asInt());
        assertEquals(7_776_000, job.get("maximumDownloadTimeSeconds").asInt(), "a default, as BITS's is");
    }

    @Test
    void of_the_queue_that_a_job_comes_to_say_what_it_has_where_a_patch_says_null() {
        put("{\"queues\": {\"old\": {\"maxDownloadTimeSeconds\": 111}, \"new\": {\"maxDownloadTimeSeconds\": 222}}}")
                .expect(200);
        String id = api.create("moves", 1, false, ", \"queue\": \"old\", \"maximumDownloadTimeSeconds\": 333");
        assertEquals(111, patched(id, "{\"maximumDownloadTimeSeconds\": null}"));
        assertEquals(222, patched(id, "{\"queue\": \"new\", \"maximumDownloadTimeSeconds\": null}"));
        assertEquals(222, patched(id, "{\"queue\": \"old\"}"), "what it has, it keeps");
        assertEquals(7_776_000, patched(id, "{\"queue\": null, \"maximumDownloadTimeSeconds\": null}"));
    }

    private int patched(String id, String patch) {
        return api.patch("/v1/jobs/" + id, patch)
                .expect(200)
                .json()
                .get("maximumDownloadTimeSeconds")
                .asInt();
    }

    @Test
    void set_what_a_new_job_has_and_may_hold() {
        put("{\"queues\": {\"small\": {\"maxFilesPerJob\": 1, \"maxRangesPerFile\": 1, \"maxDownloadTimeSeconds\": 60,"
                        + " \"jobInactivityTimeoutSeconds\": 120}}}")
                .expect(200);
        String id = api.create("fits", 1, false, ", \"queue\": \"small\"");
        JsonNode job = api.get("/v1/jobs/" + id).json();
        assertEquals(60, job.get("maximumDownloadTimeSeconds").asInt());
        assertEquals(120, job.get("inactivityTimeoutSeconds").asInt());
        api.post("/v1/jobs/" + id + "/files", ApiFixture.file("more")).expect(409, "BG_E_TOO_MANY_FILES_IN_JOB");
        api.post(
                        "/v1/jobs",
                        "{\"displayName\": \"ranges\", \"queue\": \"small\", \"files\": [{\"remoteName\": \"http://h/a\","
                                + " \"localName\": \"a\", \"ranges\": [{\"initialOffset\": 0, \"length\": 1},"
                                + " {\"initialOffset\": 1, \"length\": 1}]}]}")
                .expect(400, "BG_E_TOO_MANY_RANGES_IN_FILE");
        api.create("elsewhere", 3, false);
    }

    @Test
    void limit_the_unfinished_jobs_of_an_owner_and_of_a_queue() {
        put("{\"fleet\": {\"maxJobsPerUser\": 2}, \"queues\": {\"small\": {\"maxJobsPerMachine\": 1}},"
                        + " \"owners\": {\"service\": {\"maxJobsPerUser\": \"UNLIMITED\"}}}")
                .expect(200);
        String first = api.create("first", 1, false);
        api.create("second", 1, false);
        Reply third = api.post("/v1/jobs", "{\"displayName\": \"third\"}").expect(429, "BG_E_TOO_MANY_JOBS_PER_USER");
        assertEquals("0x80200049", third.json().get("hresult").asText());
        assertEquals("2", third.header("Retry-After"));
        for (int i = 0; i < 5; i++)
            api.post("/v1/jobs", "{\"displayName\": \"many\"}", Access.OWNER_HEADER, "service")
                    .expect(201);
        String small = "{\"displayName\": \"small\", \"queue\": \"small\"}";
        api.post("/v1/jobs", small, Access.OWNER_HEADER, "bob").expect(201);
        api.post("/v1/jobs", small, Access.OWNER_HEADER, "carol").expect(429, "BG_E_TOO_MANY_JOBS_PER_MACHINE");
        String batch = api.send(
                        "POST",
                        "/v1/jobs/batch",
                        "{\"displayName\": \"a\"}\n{\"displayName\": \"b\"}\n{\"displayName\": \"c\"}\n",
                        "Content-Type",
                        "application/x-ndjson",
                        Access.OWNER_HEADER,
                        "dave")
                .text();
        assertEquals(3, batch.lines().count());
        assertEquals(
                1,
                batch.lines()
                        .filter(line -> line.contains("TOO_MANY_JOBS_PER_USER"))
                        .count());

        // What is over makes room
        api.post("/v1/jobs/" + first + "/cancel", "").expect(200);
        awaitRoom();
    }

    /** A refusal is repeated for a moment without counting again. */
    private void awaitRoom() {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (api.post("/v1/jobs", "{\"displayName\": \"third\"}").status() != 201)
            assertTrue(System.nanoTime() < deadline);
    }

    @Test
    void let_the_same_call_be_made_again_where_there_is_no_room_for_another_job() {
        put("{\"fleet\": {\"maxJobsPerUser\": 1}}").expect(200);
        String body = "{\"displayName\": \"once\"}";
        Reply first = api.post("/v1/jobs", body, "Idempotency-Key", "k").expect(201);
        Reply again = api.post("/v1/jobs", body, "Idempotency-Key", "k").expect(201);
        assertEquals(first.json().get("id"), again.json().get("id"));
        api.post("/v1/jobs", body, "Idempotency-Key", "other").expect(429, "BG_E_TOO_MANY_JOBS_PER_USER");
    }

    @Test
    void count_nothing_where_nothing_is_limited() {
        api.create("free", 1, false);
        assertEquals(0, api.policies.counted());
    }

    @Test
    void show_a_job_the_bandwidth_that_it_shares() {
        put("{\"fleet\": {\"bandwidth\": {\"limits\": {\"NORMAL\": 5000}}}}").expect(200);
        JsonNode shared = api.get("/v1/jobs/" + api.create("shared", 1, false)).json();
        assertEquals(5000, shared.at("/bandwidth/bytesPerSecond").asInt());
        assertEquals("FLEET", shared.at("/bandwidth/source").asText());
        JsonNode own = api.get("/v1/jobs/" + api.create("own", 1, false, ", \"bandwidthBytesPerSecond\": 300"))
                .json();
        assertEquals(300, own.at("/bandwidth/bytesPerSecond").asInt());
        assertEquals("JOB", own.at("/bandwidth/source").asText());
        assertTrue(api.get("/v1/jobs/" + api.create("urgent", 1, false, ", \"priority\": \"FOREGROUND\""))
                .json()
                .get("bandwidth")
                .isNull());
    }
}
