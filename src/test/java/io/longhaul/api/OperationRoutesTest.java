package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.api.ApiFixture.Reply;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.Operations.Operation;
import io.longhaul.entity.Operations.Verb;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A verb on all jobs that match")
class OperationRoutesTest {
    private static final ApiFixture API = new ApiFixture();

    @AfterAll
    static void stop() {
        API.close();
    }

    /** The operation once it is done. */
    private static JsonNode done(String location) {
        for (int i = 0; i < 10_000; i++) {
            JsonNode operation = API.get(location).expect(200).json();
            if (operation.get("state").asText().equals("DONE")) return operation;
        }
        throw new AssertionError(location + " is not done");
    }

    @Test
    void is_accepted_and_counts_what_it_did() {
        for (int i = 0; i < 1203; i++) API.create("bulk", 1, false, ",\"labels\":{\"g\":\"1\"}");
        String kept = API.create("bulk", 1, false, ",\"labels\":{\"g\":\"2\"}");
        String empty = API.create("bulk", 0, false, ",\"labels\":{\"g\":\"1\"}");
        API.clock.advance(Duration.ofSeconds(1));
        Reply reply =
                API.post("/v1/jobs/resume?label.g=1&state=SUSPENDED", null).expect(202);
        assertEquals("/v1/operations/" + reply.json().get("id").asText(), reply.header("Location"));
        assertEquals("resume", reply.json().get("verb").asText());
        JsonNode operation = done(reply.header("Location"));
        assertEquals(1204, operation.get("matched").asInt());
        assertEquals(1203, operation.get("applied").asInt());
        assertEquals(1, operation.get("refused").asInt());
        assertEquals(empty, operation.at("/refusals/0/jobId").asText());
        assertEquals("BG_E_EMPTY", operation.at("/refusals/0/code").asText());
        assertEquals("SUSPENDED", API.state(kept));
    }

    @Test
    void waits_for_the_index_so_that_it_misses_no_job_that_was_there() {
        API.create("late", 1, false, ",\"queue\":\"late\"");
        API.clock.advance(Duration.ofSeconds(1));
        API.catalogue.fallBehind(5);
        String location =
                API.post("/v1/jobs/cancel?queue=late", null).expect(202).header("Location");
        assertEquals(1, done(location).get("matched").asInt());
    }

    @Test
    void is_refused_where_too_many_are_under_way() {
        try (ApiFixture busy = new ApiFixture()) {
            busy.create("busy", 1, false, "");
            busy.clock.advance(Duration.ofSeconds(1));
            busy.jobs.failWith(new TimeoutException("away"));
            for (int i = 0; i < ApiFixture.MOST_OPERATIONS; i++)
                busy.post("/v1/jobs/resume", null).expect(202);
            busy.post("/v1/jobs/resume", null).expect(429, "ERROR_TOO_MANY_REQUESTS");
        }
    }

    @Test
    void goes_on_after_its_node_died() {
        String done = API.create("crash", 1, true, ",\"queue\":\"crash\"");
        String left = API.create("crash", 1, true, ",\"queue\":\"crash\"");
        API.clock.advance(Duration.ofSeconds(1));
        UUID id = Idempotency.newId().value();
        JobFilter filter = Query.of(
                        akka.http.javadsl.model.HttpRequest.GET("/v1/jobs?queue=crash"),
                        Endpoint.get("/v1/jobs", call -> null).takingFilters())
                .filter();
        // It had cancelled one of the two, and died before it stored how far it was.
        API.jobs.ask(ApiFixture.id(done), new io.longhaul.job.OwnerCommand.Cancel(), "alice", "op:" + id);
        API.operations.begin(Operation.begun(id, Verb.CANCEL, filter, "alice", API.clock.instant()));
        JsonNode operation = done("/v1/operations/" + id);
        assertEquals(2, operation.get("applied").asInt());
        assertEquals(0, operation.get("refused").asInt());
        assertEquals("CANCELLED", API.state(left));
    }

    @Test
    void takes_the_filters_of_a_list_but_not_its_pages() {
        API.post("/v1/jobs/cancel?limit=5", null).expect(400, "E_INVALIDARG");
        API.post("/v1/jobs/cancel?state=none", null).expect(400, "E_INVALIDARG");
        API.get("/v1/operations/17").expect(404, "BG_E_NOT_FOUND");
        API.get("/v1/operations/0193a5c0-7d3e-7c41-9a52-3f0d6b1e8a77").expect(404, "BG_E_NOT_FOUND");
        assertTrue(API.jobs.all().stream().noneMatch(job -> job.spec().queue().equals("none")));
    }
}
