package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.entity.Audit;
import io.longhaul.job.Owner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Lists, counts, queues and figures")
class ListRoutesTest {
    private static final ApiFixture API = new ApiFixture();
    private static final List<String> NEWEST_FIRST = new ArrayList<>();

    @BeforeAll
    static void fill() {
        for (int i = 0; i < 5; i++)
            NEWEST_FIRST.add(API.create(
                    "list-" + i,
                    1,
                    i % 2 == 0,
                    ",\"queue\":\"q" + i % 2 + "\",\"labels\":{\"i\":\"" + i + "\"},\"priority\":\""
                            + (i == 0 ? "HIGH" : "LOW") + "\""));
        Collections.reverse(NEWEST_FIRST);
    }

    @AfterAll
    static void stop() {
        API.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 5",
                "?state=QUEUED | 3",
                "?state=QUEUED,SUSPENDED | 5",
                "?state=ERROR | 0",
                "?queue=q1 | 2",
                "?owner=anonymous | 5",
                "?owner=alice | 0",
                "?priority=HIGH | 1",
                "?type=DOWNLOAD | 5",
                "?type=UPLOAD | 0",
                "?displayName=list-3 | 1",
                "?label.i=2 | 1",
                "?host=origin.example | 5",
                "?host=origin.example:443 | 5",
                "?host=origin.example:80 | 0",
                "?createdAfter=2026-11-20T08:59:59Z | 5",
                "?createdAfter=2026-11-20T10:00:00%2B01:00 | 0",
                "?createdBefore=2026-11-20T09:00:00Z | 0",
            })
    void mean_the_jobs_that_the_filters_say(String query, int expected) {
        JsonNode jobs = API.get("/v1/jobs" + query).expect(200).json().get("jobs");
        assertEquals(expected, jobs.size());
        jobs.forEach(job -> assertFalse(job.has("files")));
        JsonNode counts = API.get("/v1/jobs/count" + query).expect(200).json();
        assertEquals(expected, counts.get("total").asInt());
        assertEquals(9, counts.get("byState").size());
        assertEquals(4, counts.get("byPriority").size());
    }

    @Test
    void come_newest_first_page_by_page() {
        List<String> seen = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = API.get("/v1/jobs?limit=2" + cursor).expect(200).json();
            sizes.add(page.get("jobs").size());
            page.get("jobs").forEach(job -> seen.add(job.get("id").asText()));
            cursor = page.get("nextCursor").isNull()
                    ? null
                    : "&cursor=" + page.get("nextCursor").asText();
        } while (cursor != null);
        assertEquals(NEWEST_FIRST, seen);
        assertEquals(List.of(2, 2, 1), sizes);
        assertTrue(API.get("/v1/jobs?limit=5").json().get("nextCursor").isNull());
        assertEquals(5, API.get("/v1/jobs?limit=1000").json().get("jobs").size());
    }

    @Test
    void of_queues_tell_depth_and_slots() {
        JsonNode first = API.get("/v1/queues?limit=1").expect(200).json();
        assertEquals("q0", first.at("/queues/0/name").asText());
        assertEquals(3, first.at("/queues/0/byState/QUEUED").asInt());
        JsonNode second =
                API.get("/v1/queues?cursor=" + first.get("nextCursor").asText()).json();
        assertEquals("q1", second.at("/queues/0/name").asText());
        assertTrue(second.get("nextCursor").isNull());
    }

    @Test
    void of_a_queue_change_its_slots_and_put_the_configured_figure_back() {
        assertTrue(API.get("/v1/queues/site-7")
                .expect(200)
                .json()
                .get("configured")
                .asBoolean());
        JsonNode own = API.send("PUT", "/v1/queues/site-7", "{\"backgroundSlots\": 4}")
                .expect(200)
                .json();
        assertEquals(4, own.get("backgroundSlots").asInt());
        assertFalse(own.get("configured").asBoolean());
        JsonNode back = API.send("PUT", "/v1/queues/site-7", "{\"backgroundSlots\": null}")
                .expect(200)
                .json();
        assertEquals(64, back.get("backgroundSlots").asInt());
        for (String body : List.of("{}", "{\"backgroundSlots\":0}", "{\"backgroundSlots\":1.5}", "{\"slots\":1}"))
            API.send("PUT", "/v1/queues/site-7", body).expect(400, "E_INVALIDARG");
        API.get("/v1/queues/-no").expect(404, "BG_E_NOT_FOUND");
    }

    @Test
    void end_with_owners_who_log_off_and_on() {
        API.post("/v1/owners/alice/logon", null).expect(204);
        assertNull(API.post("/v1/owners/alice/logoff", null).expect(204).json());
        API.post("/v1/owners/alice/logoff", null).expect(204);
        assertEquals(Set.of(new Owner("alice")), API.queues.loggedOff());
        API.post("/v1/owners/alice/logon", "{}").expect(204);
        assertEquals(Set.of(), API.queues.loggedOff());
        assertEquals(
                List.of("anonymous OWNER_LOGGED_OFF alice", "anonymous OWNER_LOGGED_ON alice"),
                API.policies.lines().stream()
                        .filter(line -> line.subject().equals("alice"))
                        .map(line -> line.by() + " " + line.action() + " " + line.subject())
                        .toList(),
                "and nothing of what changed nothing");
        API.post("/v1/owners/a%2Fb/logoff", null).expect(400, "E_INVALIDARG");
    }

    /** Done and not in the audit: the same call again would find nothing that is to be written. */
    @Test
    void do_nothing_to_an_owner_that_the_audit_does_not_take() {
        API.policies.refuseTheNextLine();
        API.post("/v1/owners/dora/logoff", null).expect(503, "ERROR_SERVICE_UNAVAILABLE");
        assertFalse(API.queues.loggedOff().contains(new Owner("dora")));
        API.post("/v1/owners/dora/logoff", null).expect(204);
        assertTrue(API.queues.loggedOff().contains(new Owner("dora")));
        API.post("/v1/owners/dora/logon", null).expect(204);
        assertEquals(
                List.of("OWNER_LOGGED_OFF", "OWNER_LOGGED_ON"),
                API.policies.lines().stream()
                        .filter(line -> line.subject().equals("dora"))
                        .map(Audit.Line::action)
                        .toList());
    }

    @Test
    void of_figures_add_the_nodes_up() {
        JsonNode stats = API.get("/v1/stats").expect(200).json();
        assertEquals(3, stats.get("transfersRunning").asInt());
        assertEquals(5, stats.get("total").asInt());
        assertEquals("127.0.0.1:25520", stats.at("/nodes/0/address").asText());
    }
}
