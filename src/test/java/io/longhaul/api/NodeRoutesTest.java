package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The nodes of a cluster")
class NodeRoutesTest {
    private static final ApiFixture API = new ApiFixture();

    @AfterAll
    static void stop() {
        API.close();
    }

    @Test
    void are_listed_with_what_they_do_and_can_be_drained() {
        JsonNode nodes = API.get("/v1/nodes").expect(200).json().get("nodes");
        assertEquals("10.0.0.1:25520", nodes.at("/0/address").asText());
        assertEquals("UP", nodes.at("/0/status").asText());
        assertEquals(34, nodes.at("/0/shards").asInt());
        assertEquals(12, nodes.at("/0/transfers").asInt());
        assertFalse(nodes.at("/0/draining").asBoolean());
        assertEquals("UNREACHABLE", nodes.at("/1/status").asText());
        assertTrue(nodes.at("/1/shards").isNull());

        var drained = API.post("/v1/nodes/10.0.0.1:25520/drain", null).expect(202);
        assertTrue(drained.json().get("draining").asBoolean());
        assertEquals("/v1/nodes", drained.header("Location"));
        assertTrue(API.get("/v1/nodes").json().at("/nodes/0/draining").asBoolean());
        JsonNode line = API.get("/v1/audit").json().at("/lines/0");
        assertEquals("NODE_DRAINED", line.get("action").asText());
        assertEquals("10.0.0.1:25520", line.get("subject").asText());
        assertEquals("anonymous", line.get("by").asText());
    }

    @Test
    void that_do_not_exist_cannot_be_drained() {
        API.post("/v1/nodes/10.0.0.9:25520/drain", null).expect(404, "BG_E_NOT_FOUND");
        assertTrue(
                API.policies.lines().stream().noneMatch(line -> line.subject().contains("10.0.0.9")));
    }
}
