package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.entity.Audit;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The remote hosts")
class HostRoutesTest {
    private static final ApiFixture API = new ApiFixture();

    @AfterAll
    static void stop() {
        API.close();
    }

    @Test
    void are_listed_by_name_a_page_at_a_time() {
        JsonNode first = API.get("/v1/hosts?limit=2").expect(200).json();
        assertEquals("a.example:443", first.at("/hosts/0/name").asText());
        assertEquals("b.example:80", first.at("/hosts/1/name").asText());
        JsonNode second = API.get(
                        "/v1/hosts?limit=2&cursor=" + first.get("nextCursor").asText())
                .expect(200)
                .json();
        assertEquals(1, second.get("hosts").size());
        assertEquals("c.example:80", second.at("/hosts/0/name").asText());
        assertTrue(second.get("nextCursor").isNull());
        API.get("/v1/hosts?cursor=*").expect(400, "E_INVALIDARG");
    }

    @Test
    void are_told_with_what_they_do_and_what_they_may() {
        JsonNode busy = API.get("/v1/hosts/A.example:443").expect(200).json();
        assertEquals(2, busy.get("running").asInt());
        assertEquals(7, busy.get("queued").asInt());
        assertEquals(0.25, busy.get("errorRate").asDouble());
        assertEquals(16, busy.get("limit").asInt());
        assertTrue(busy.get("closed").isNull());
        JsonNode closed = API.get("/v1/hosts/b.example:80").expect(200).json();
        assertTrue(closed.get("errorRate").isNull());
        assertEquals(0, closed.get("limit").asInt());
        assertEquals("HOST_RETRY_AFTER", closed.at("/closed/code").asText());
        assertEquals("2026-11-20T09:00:30Z", closed.at("/closed/until").asText());
        assertEquals(
                0,
                API.get("/v1/hosts/unknown.example:80")
                        .expect(200)
                        .json()
                        .get("requests")
                        .asInt());
        API.get("/v1/hosts/no-port").expect(404, "BG_E_NOT_FOUND");
    }

    @Test
    void are_opened_where_they_have_closed_themselves() {
        try (ApiFixture api = new ApiFixture()) {
            for (String host : List.of("*.example", "b.example", "b.example:80", "b.example:80", "c.example:80"))
                api.send("DELETE", "/v1/hosts/" + host + "/block", null).expect(204);
            assertTrue(api.get("/v1/hosts/b.example:80").json().get("closed").isNull());
            assertEquals(
                    List.of("HOST_OPENED b.example:80"),
                    api.policies.lines().stream()
                            .map(line -> line.action() + " " + line.subject())
                            .toList(),
                    "once, and by its name and port");
        }
    }

    @Test
    void are_blocked_by_name_or_by_domain_and_unblocked() {
        String path = "/v1/hosts/*.Example.com/block";
        String longest = "\uD83D\uDE00".repeat(256);
        API.send("PUT", path, "{\"reason\":\"" + longest + "\"}").expect(200);
        JsonNode block = API.send("PUT", path, "{\"reason\":\" maintenance \"}")
                .expect(200)
                .json();
        assertEquals("*.example.com", block.get("hosts").asText());
        assertEquals("maintenance", block.get("reason").asText());
        assertEquals("anonymous", block.get("by").asText());
        assertTrue(block.get("until").isNull());
        String until = API.clock.instant().plusSeconds(60).toString();
        API.send("PUT", "/v1/hosts/b.example:80/block", "{\"reason\":\"x\",\"until\":\"" + until + "\"}")
                .expect(200);
        JsonNode blocks = API.get("/v1/hosts/blocks").expect(200).json().get("blocks");
        assertEquals(2, blocks.size());
        assertEquals(until, blocks.at("/1/until").asText());
        API.send("PUT", "/v1/hosts/c.example/block", "{\"reason\":\"x\"}").expect(409, "BG_E_INVALID_STATE");
        API.send("DELETE", path, null).expect(204);
        API.send("DELETE", path, null).expect(204);
        assertEquals(1, API.get("/v1/hosts/blocks").json().get("blocks").size());
        assertEquals(
                List.of("*.example.com"),
                API.policies.lines().stream()
                        .filter(line -> line.action().equals("HOST_UNBLOCKED"))
                        .map(Audit.Line::subject)
                        .toList(),
                "once, though it was taken back twice");
    }

    @Test
    void are_not_blocked_by_what_makes_no_sense() {
        String path = "/v1/hosts/a.example/block";
        API.send("PUT", path, "{}").expect(400, "E_INVALIDARG");
        API.send("PUT", path, "{\"reason\":\" \"}").expect(400, "E_INVALIDARG");
        API.send("PUT", path, "{\"reason\":\"" + "x".repeat(257) + "\"}").expect(400, "E_INVALIDARG");
        API.send("PUT", path, "{\"reason\":\"x\",\"until\":\"soon\"}").expect(400, "E_INVALIDARG");
        API.send("PUT", path, "{\"reason\":\"x\",\"until\":\"2020-01-01T00:00:00Z\"}")
                .expect(400, "E_INVALIDARG");
        API.send("PUT", path, "{\"reason\":\"x\",\"for\":1}").expect(400, "E_INVALIDARG");
        API.send("PUT", "/v1/hosts/a*/block", "{\"reason\":\"x\"}").expect(404, "BG_E_NOT_FOUND");
    }
}
