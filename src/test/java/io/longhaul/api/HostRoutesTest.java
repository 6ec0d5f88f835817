package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
}
