package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.api.ApiFixture.Reply;
import io.longhaul.api.json.Refusal;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A call with an Idempotency-Key")
class IdempotencyTest {
    private static final ApiFixture API = new ApiFixture();
    private static final String JOB = "{\"displayName\":\"once\",\"files\":[" + ApiFixture.file("a") + "]}";

    @AfterAll
    static void stop() {
        API.close();
    }

    private static Reply post(String path, String body, String key) {
        return API.post(path, body, "Idempotency-Key", key);
    }

    @Test
    void creates_one_job_however_often_it_is_sent() {
        Reply first = post("/v1/jobs", JOB, "create").expect(201);
        int jobs = API.jobs.all().size();
        String id = first.json().get("id").asText();
        API.post("/v1/jobs/" + id + "/resume", null).expect(200);
        Reply again = post("/v1/jobs", JOB, "create").expect(201);
        assertEquals(first.header("Location"), again.header("Location"));
        assertEquals(id, again.json().get("id").asText());
        assertEquals("QUEUED", again.json().get("state").asText(), "the job as it is by then");
        assertEquals(jobs, API.jobs.all().size());
    }

    @Test
    void is_another_call_with_another_body_or_path_and_refused() {
        post("/v1/jobs", JOB, "other").expect(201);
        post("/v1/jobs", "{\"displayName\":\"b\"}", "other").expect(422, "E_INVALIDARG");
        post("/v1/owners/alice/logon", null, "other").expect(422, "E_INVALIDARG");
    }

    @Test
    void belongs_to_its_caller() {
        String one = post("/v1/jobs", JOB, "scoped").json().get("id").asText();
        String two = API.post("/v1/jobs", JOB, "Idempotency-Key", "scoped", "X-Longhaul-Owner", "bob")
                .expect(201)
                .json()
                .get("id")
                .asText();
        assertNotEquals(one, two);
    }

    @Test
    void creates_one_job_though_the_node_died_before_it_kept_the_answer() {
        API.requests.loseAnswers(true);
        String first =
                post("/v1/jobs", JOB, "crash").expect(201).json().get("id").asText();
        int jobs = API.jobs.all().size();
        API.requests.loseAnswers(false);
        assertEquals(
                first,
                post("/v1/jobs", JOB, "crash").expect(201).json().get("id").asText());
        assertEquals(
                first,
                post("/v1/jobs", JOB, "crash").expect(201).json().get("id").asText());
        assertEquals(jobs, API.jobs.all().size());
    }

    @Test
    void adds_files_once_though_the_node_died_before_it_kept_the_answer() {
        String id = API.create("files", 1, false);
        API.requests.loseAnswers(true);
        post("/v1/jobs/" + id + "/files", ApiFixture.file("x"), "files").expect(201);
        API.requests.loseAnswers(false);
        for (int i = 0; i < 2; i++) {
            JsonNode files = post("/v1/jobs/" + id + "/files", ApiFixture.file("x"), "files")
                    .expect(201)
                    .json()
                    .get("files");
            assertEquals(1, files.size());
            assertEquals(1, files.get(0).get("index").asInt());
        }
        assertEquals(2, API.get("/v1/jobs/" + id + "/files").json().get("files").size());
    }

    @Test
    void is_kept_with_the_job_that_it_is_about() {
        String id = post("/v1/jobs", JOB, "about").expect(201).json().get("id").asText();
        post("/v1/jobs/" + id + "/resume", null, "about-resume").expect(200);
        post("/v1/jobs/no-id/resume", null, "about-nothing").expect(404);
        assertEquals(id, API.requests.about("about").toString());
        assertEquals(id, API.requests.about("about-resume").toString());
        assertNotEquals(id, API.requests.about("about-nothing").toString());
    }

    @Test
    void is_made_again_where_nobody_knows_what_became_of_it() {
        try {
            API.jobs.failWith(new TimeoutException("no answer"));
            post("/v1/jobs", JOB, "outage").expect(503, "ERROR_SERVICE_UNAVAILABLE");
        } finally {
            API.jobs.failWith(null);
        }
        post("/v1/jobs", JOB, "outage").expect(201);
    }

    @Test
    void is_refused_the_same_way_again() {
        Reply first = post("/v1/jobs", "{\"displayName\":\"\"}", "refused").expect(400, "E_INVALIDARG");
        assertEquals(
                first.json(),
                post("/v1/jobs", "{\"displayName\":\"\"}", "refused")
                        .expect(400)
                        .json());
        post("/v1/jobs", JOB, "refused").expect(422);
    }

    @Test
    void on_a_verb_answers_with_the_result_of_the_first_time() {
        String id = API.create("verb", 2, true);
        Reply first = post("/v1/jobs/" + id + "/complete", null, "verb").expect(200);
        Reply again = post("/v1/jobs/" + id + "/complete", "{}", "verb").expect(200);
        assertEquals("BG_S_PARTIAL_COMPLETE", again.json().get("result").asText());
        assertEquals(first.json(), again.json());
        API.post("/v1/jobs/" + id + "/complete", null).expect(409, "BG_E_INVALID_STATE");
    }

    @Test
    void on_many_jobs_is_one_operation() {
        Reply first = post("/v1/jobs/cancel?label.none=x", null, "bulk").expect(202);
        Reply again = post("/v1/jobs/cancel?label.none=x", null, "bulk").expect(202);
        assertEquals(first.header("Location"), again.header("Location"));
    }

    @Test
    void on_take_ownership_and_log_off_is_repeated_too() {
        String id = API.create("take", 1, false);
        post("/v1/jobs/" + id + "/take-ownership", null, "take").expect(200);
        post("/v1/jobs/" + id + "/take-ownership", null, "take").expect(200);
        post("/v1/owners/carol/logoff", null, "logoff").expect(204);
        post("/v1/owners/carol/logoff", null, "logoff").expect(204);
    }

    @Test
    void has_1_to_255_printable_characters() {
        post("/v1/jobs", JOB, "").expect(400, "E_INVALIDARG");
        for (String key : List.of("", "\u00fc", "a\u0001", "k".repeat(256))) {
            HttpRequest request = HttpRequest.POST("/v1/jobs").addHeader(RawHeader.create("Idempotency-Key", key));
            assertThrows(Refusal.class, () -> Idempotency.keyOf(request));
        }
    }

    @Test
    void has_at_most_255_characters() {
        post("/v1/jobs", JOB, "k".repeat(255)).expect(201);
        post("/v1/jobs", JOB, "k".repeat(256)).expect(400, "E_INVALIDARG");
    }
}
