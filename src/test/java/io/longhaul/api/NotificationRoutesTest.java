package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.entity.NotificationKey;
import io.longhaul.entity.Notifications;
import io.longhaul.entity.Notifications.State;
import io.longhaul.job.JobSpec.NotifyEvent;
import io.longhaul.testkit.TestClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What an owner was told")
class NotificationRoutesTest {
    private static final ApiFixture API = new ApiFixture();
    private static String id;

    @BeforeAll
    static void fill() {
        id = API.create("told", 1, true);
        API.notifications.put(new Notifications.Entry(
                key(5, NotifyEvent.FILE_TRANSFERRED),
                0,
                TestClock.START,
                State.DELIVERED,
                2,
                TestClock.START.plusSeconds(5),
                204,
                "HTTP status 204.",
                null));
        API.notifications.put(new Notifications.Entry(
                key(6, NotifyEvent.JOB_TRANSFERRED),
                null,
                TestClock.START,
                State.GIVEN_UP,
                1,
                TestClock.START,
                410,
                "HTTP status 410.",
                null));
    }

    @AfterAll
    static void stop() {
        API.close();
    }

    private static NotificationKey key(long sequence, NotifyEvent event) {
        return new NotificationKey(ApiFixture.id(id), sequence, event);
    }

    @Test
    void is_listed_in_order_page_by_page() {
        JsonNode first =
                API.get("/v1/jobs/" + id + "/notifications?limit=1").expect(200).json();
        assertEquals(1, first.get("notifications").size());
        assertEquals(
                "{\"id\":\"" + id
                        + "-5-FILE_TRANSFERRED\",\"event\":\"FILE_TRANSFERRED\",\"sequence\":5,\"fileIndex\":0,"
                        + "\"at\":\"2026-11-20T09:00:00Z\",\"state\":\"DELIVERED\",\"attempts\":2,"
                        + "\"lastAttemptAt\":\"2026-11-20T09:00:05Z\",\"lastStatus\":204,"
                        + "\"lastAnswer\":\"HTTP status 204.\",\"nextAttemptAt\":null}",
                first.at("/notifications/0").toString());
        JsonNode second = API.get("/v1/jobs/" + id + "/notifications?cursor="
                        + first.get("nextCursor").asText())
                .expect(200)
                .json();
        assertEquals("JOB_TRANSFERRED", second.at("/notifications/0/event").asText());
        assertTrue(second.get("nextCursor").isNull());
        API.get("/v1/jobs/" + id + "/notifications?cursor=x").expect(400, "E_INVALIDARG");
        API.get("/v1/jobs/" + id + "/notifications?state=PENDING").expect(400, "E_INVALIDARG");
    }

    @Test
    void is_tried_again_when_somebody_asks_for_it() {
        String path = "/v1/jobs/" + id + "/notifications/";
        JsonNode again =
                API.post(path + id + "-6-JOB_TRANSFERRED/retry", "").expect(200).json();
        assertEquals("PENDING", again.get("state").asText());
        assertEquals("2026-11-20T09:00:00Z", again.get("nextAttemptAt").asText());
        JsonNode told = API.post(path + id + "-5-FILE_TRANSFERRED/retry", "")
                .expect(200)
                .json();
        assertEquals("DELIVERED", told.get("state").asText(), "once is enough");
        API.post(path + id + "-7-JOB_ERROR/retry", "").expect(404, "BG_E_NOT_FOUND");
        API.post(path + "nonsense/retry", "").expect(404, "BG_E_NOT_FOUND");
        String other = API.create("other", 1, false);
        API.post("/v1/jobs/" + other + "/notifications/" + id + "-6-JOB_TRANSFERRED/retry", "")
                .expect(404, "BG_E_NOT_FOUND");
    }

    @Test
    void is_nothing_for_others() {
        String nobody = "00000000-0000-7000-8000-000000000000";
        API.get("/v1/jobs/" + nobody + "/notifications").expect(404, "BG_E_NOT_FOUND");
    }
}
