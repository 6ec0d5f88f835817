package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.HttpError;
import io.longhaul.job.JobError;
import io.longhaul.job.TransferReport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A watcher")
@Timeout(60)
class WatchRoutesTest {
    private static final ApiFixture API = new ApiFixture();

    @AfterAll
    static void stop() {
        API.close();
    }

    /** One message; {@code id} may be null. */
    private record Message(String id, String event, JsonNode data) {}

    /** A client that reads messages. */
    private static final class Client implements AutoCloseable {
        private final HttpResponse<java.io.InputStream> response;
        private final BufferedReader reader;

        Client(String path, String... headers) throws IOException, InterruptedException {
            HttpRequest.Builder request = HttpRequest.newBuilder(API.uri(path));
            if (headers.length > 0) request.headers(headers);
            response = API.client().send(request.build(), BodyHandlers.ofInputStream());
            assertEquals(200, response.statusCode());
            assertEquals(
                    "text/event-stream",
                    response.headers().firstValue("Content-Type").orElseThrow());
            reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /** Null where the stream has ended. */
        Message next() throws IOException {
            String id = null;
            String event = null;
            JsonNode data = null;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("id: ")) id = line.substring(4);
                if (line.startsWith("event: ")) event = line.substring(7);
                if (line.startsWith("data: "))
                    data = JsonMapper.builder().build().readTree(line.substring(6));
                if (line.isEmpty() && event != null) return new Message(id, event, data);
            }
            return null;
        }

        List<String> restOfStates() throws IOException {
            List<String> states = new ArrayList<>();
            for (Message message = next(); message != null; message = next()) {
                if (message.event().equals("state"))
                    states.add(message.data().get("state").asText());
            }
            return states;
        }

        @Override
        public void close() throws IOException {
            response.body().close();
        }
    }

    @Test
    void sees_the_present_state_and_everything_up_to_a_final_one() throws Exception {
        String id = API.create("watched", 1, true);
        try (Client client = new Client("/v1/jobs/" + id + "/watch")) {
            Message present = client.next();
            assertEquals(id + ":2", present.id());
            assertEquals("state", present.event());
            assertEquals("QUEUED", present.data().get("state").asText());
            assertEquals(id, present.data().get("jobId").asText());
            assertNotNull(present.data().get("at"));

            long run = API.grant(id);
            Message connecting = client.next();
            assertEquals(id + ":3", connecting.id());
            assertEquals("CONNECTING", connecting.data().get("state").asText());
            API.jobs.arrive(ApiFixture.id(id), 0, 4096);
            Message progress = client.next();
            assertEquals(null, progress.id());
            assertEquals("progress", progress.event());
            assertEquals(4096, progress.data().get("bytesTransferred").asInt());
            assertTrue(progress.data().get("bytesTotal").isNull());
            JobError error = JobError.of(ErrorContext.REMOTE_FILE, new HttpError(404), 0, API.clock.instant());
            API.jobs.say(ApiFixture.id(id), new TransferReport.RunFailed(run, error, true, null));
            Message failure = client.next();
            assertEquals("error", failure.event());
            assertEquals("BG_E_HTTP_ERROR_404", failure.data().at("/error/code").asText());
            assertEquals(null, failure.id(), "there is more of this event");
            Message failed = client.next();
            assertEquals("ERROR", failed.data().get("state").asText());
            assertEquals(id + ":4", failed.id());
            API.post("/v1/jobs/" + id + "/resume", null).expect(200);
            API.transfer(id, 5000);
            API.post("/v1/jobs/" + id + "/complete", null).expect(200);
            assertEquals(
                    List.of("QUEUED", "CONNECTING", "TRANSFERRING", "TRANSFERRED", "ACKNOWLEDGED"),
                    client.restOfStates());
        }
    }

    /** Each message may be the last one that a client gets before it loses the stream. */
    @Test
    void misses_no_message_of_an_event_wherever_the_stream_broke_off() throws Exception {
        String id = API.create("broken", 1, true, ",\"queue\":\"broken\"");
        long run = API.grant(id);
        JobError error = JobError.of(ErrorContext.REMOTE_FILE, new HttpError(503), 0, API.clock.instant());
        API.jobs.say(ApiFixture.id(id), new TransferReport.RunFailed(run, error, false, null));
        API.post("/v1/jobs/" + id + "/cancel", null).expect(200);
        List<String> all = List.of("state CONNECTING", "error", "state TRANSIENT_ERROR", "state CANCELLED");
        for (String path : List.of("/v1/jobs/" + id + "/watch", "/v1/watch?queue=broken")) {
            for (int seen = 0; seen < all.size(); seen++) {
                String last = id + ":2";
                List<String> told = new ArrayList<>();
                try (Client client = new Client(path, "Last-Event-ID", last)) {
                    for (int i = 0; i < seen; i++) {
                        Message message = client.next();
                        if (message.id() != null) last = message.id();
                        told.add(text(message));
                    }
                }
                try (Client again = new Client(path, "Last-Event-ID", last)) {
                    while (!told.contains(all.getLast())) told.add(text(again.next()));
                }
                assertEquals(all, told.stream().distinct().toList(), path + " after " + last);
            }
        }
    }

    private static String text(Message message) {
        return message.data().has("state")
                ? message.event() + " " + message.data().get("state").asText()
                : message.event();
    }

    @Test
    void is_told_of_a_state_once_where_complete_begins_and_comes_back_to_what_was_missed() throws Exception {
        String id = API.create("completed", 1, true);
        API.transfer(id, 5000);
        try (Client client = new Client("/v1/jobs/" + id + "/watch")) {
            Message present = client.next();
            assertEquals("TRANSFERRED", present.data().get("state").asText());
            API.post("/v1/jobs/" + id + "/complete", null).expect(200);
            assertEquals(List.of("ACKNOWLEDGED"), client.restOfStates());
            long begun = Long.parseLong(present.id().substring(present.id().indexOf(':') + 1)) + 1;
            try (Client again = new Client("/v1/jobs/" + id + "/watch", "Last-Event-ID", id + ":" + begun)) {
                assertEquals(List.of("ACKNOWLEDGED"), again.restOfStates());
            }
        }
    }

    @Test
    void is_told_that_a_job_which_ran_rests_while_it_is_completed() throws Exception {
        String id = API.create("halfway", 2, true);
        try (Client client = new Client("/v1/jobs/" + id + "/watch")) {
            client.next();
            API.post("/v1/jobs/" + id + "/complete", null).expect(200);
            assertEquals(List.of("SUSPENDED", "ACKNOWLEDGED"), client.restOfStates());
        }
    }

    @Test
    void of_a_job_that_is_over_sees_that_and_no_more() throws Exception {
        String id = API.create("over", 1, true);
        API.post("/v1/jobs/" + id + "/cancel", null).expect(200);
        try (Client client = new Client("/v1/jobs/" + id + "/watch")) {
            assertEquals(List.of("CANCELLED"), client.restOfStates());
        }
    }

    @Test
    void who_comes_back_sees_what_was_missed_once_and_in_order() throws Exception {
        String id = API.create("resumed", 1, true);
        API.grant(id);
        try (Client client = new Client("/v1/jobs/" + id + "/watch", "Last-Event-ID", id + ":1")) {
            assertEquals(id + ":2", client.next().id());
            assertEquals(id + ":3", client.next().id());
            API.post("/v1/jobs/" + id + "/suspend", null).expect(200);
            API.post("/v1/jobs/" + id + "/cancel", null).expect(200);
            assertEquals(List.of("SUSPENDED", "CANCELLED"), client.restOfStates());
        }
        try (Client client = new Client("/v1/jobs/" + id + "/watch", "Last-Event-ID", id + ":3")) {
            assertEquals(List.of("SUSPENDED", "CANCELLED"), client.restOfStates());
        }
        try (Client client = new Client("/v1/jobs/" + id + "/watch", "Last-Event-ID", id + ":99")) {
            assertEquals(List.of(), client.restOfStates());
        }
        API.get("/v1/jobs/" + id + "/watch", "Last-Event-ID", "nonsense").expect(400, "E_INVALIDARG");
        String alive = API.create("alive", 1, true);
        API.get("/v1/jobs/" + alive + "/watch", "Last-Event-ID", alive + ":3").expect(404, "BG_E_NOT_FOUND");
        API.get("/v1/jobs/" + API.create("x", 0, false) + "/watch", "Last-Event-ID", id + ":1")
                .expect(400, "E_INVALIDARG");
    }

    @Test
    void is_sent_heartbeats_while_nothing_happens() throws Exception {
        String id = API.create("quiet", 1, false);
        try (Client client = new Client("/v1/jobs/" + id + "/watch")) {
            client.next();
            String line = client.reader.readLine();
            while (!line.startsWith(":")) line = client.reader.readLine();
            assertTrue(line.startsWith(":"));
        }
    }

    @Test
    void of_many_jobs_sees_those_that_match() throws Exception {
        try (Client client = new Client("/v1/watch?label.w=1&state=QUEUED,CANCELLED")) {
            API.create("unmatched", 1, true);
            String id = API.create("matched", 1, true, ",\"labels\":{\"w\":\"1\"}");
            Message queued = client.next();
            assertEquals(id + ":2", queued.id());
            assertEquals("QUEUED", queued.data().get("state").asText());
            API.post("/v1/jobs/" + id + "/suspend", null).expect(200);
            API.post("/v1/jobs/" + id + "/cancel", null).expect(200);
            assertEquals("CANCELLED", client.next().data().get("state").asText());
        }
    }

    @Test
    void of_many_jobs_who_comes_back_sees_what_was_missed() throws Exception {
        String more = ",\"labels\":{\"w\":\"2\"}";
        String first = API.create("a", 1, true, more);
        String second = API.create("b", 1, true, more);
        API.create("c", 1, true);
        try (Client client = new Client("/v1/watch?label.w=2", "Last-Event-ID", first + ":1")) {
            assertEquals(first + ":2", client.next().id());
            assertEquals(second + ":1", client.next().id());
            assertEquals(second + ":2", client.next().id());
            API.post("/v1/jobs/" + first + "/suspend", null).expect(200);
            Message live = client.next();
            assertEquals(first + ":3", live.id());
            assertEquals("SUSPENDED", live.data().get("state").asText());
        }
        API.get("/v1/watch", "Last-Event-ID", first + ":99").expect(404, "BG_E_NOT_FOUND");
    }

    /** The feed tells of some events late, and of some never: who has seen one of the stream must have seen all before it. */
    @Test
    void of_many_jobs_sees_the_same_in_the_same_order_wherever_the_stream_breaks() throws Exception {
        String more = ",\"labels\":{\"w\":\"3\"}";
        List<String> seen = new ArrayList<>();
        try (Client client = new Client("/v1/watch?label.w=3")) {
            String told = API.create("told", 1, false, more);
            String untold = API.create("untold", 1, false, more);
            API.jobs.hush(ApiFixture.id(untold));
            for (String verb : List.of("resume", "suspend", "resume", "cancel")) {
                API.post("/v1/jobs/" + untold + "/" + verb, null).expect(200);
                API.post("/v1/jobs/" + told + "/" + verb, null).expect(200);
            }
            for (int i = 0; i < 10; i++) seen.add(client.next().id());
            List<String> expected = new ArrayList<>(List.of(told + ":1", untold + ":1"));
            for (int sequence = 2; sequence <= 5; sequence++)
                expected.addAll(List.of(untold + ":" + sequence, told + ":" + sequence));
            assertEquals(expected, seen);
        }
        for (int last = 0; last < 9; last++) {
            try (Client client = new Client("/v1/watch?label.w=3", "Last-Event-ID", seen.get(last))) {
                for (int i = last + 1; i < 10; i++)
                    assertEquals(seen.get(i), client.next().id());
            }
        }
    }

    /** What he does not read waits in the journal, and nowhere else. */
    @Test
    void of_many_jobs_who_never_reads_holds_up_nobody_and_misses_nothing() throws Exception {
        try (ApiFixture api = new ApiFixture(Access.unauthenticated(true), 16, java.time.Duration.ofSeconds(10))) {
            String id = api.create("flood", 1, true);
            HttpResponse<java.io.InputStream> response = api.client()
                    .send(HttpRequest.newBuilder(api.uri("/v1/watch")).build(), BodyHandlers.ofInputStream());
            for (int i = 0; i < 50_000; i++) {
                api.jobs.ask(ApiFixture.id(id), new io.longhaul.job.OwnerCommand.Suspend(), "x", null);
                api.jobs.ask(ApiFixture.id(id), new io.longhaul.job.OwnerCommand.Resume(), "x", null);
            }
            assertFalse(api.get("/v1/jobs/" + id).expect(200).json().isEmpty());
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                for (long sequence = 3; sequence <= 100_002; ) {
                    String line = reader.readLine();
                    if (!line.startsWith("id: ")) continue;
                    assertEquals("id: " + id + ":" + sequence, line);
                    sequence++;
                }
            }
        }
    }

    @Test
    void of_one_job_who_never_reads_is_dropped_and_holds_up_nobody() throws Exception {
        try (ApiFixture api = new ApiFixture(Access.unauthenticated(true), 16, java.time.Duration.ofSeconds(10))) {
            String id = api.create("flood", 1, true);
            HttpResponse<java.io.InputStream> response = api.client()
                    .send(
                            HttpRequest.newBuilder(api.uri("/v1/jobs/" + id + "/watch"))
                                    .build(),
                            BodyHandlers.ofInputStream());
            for (int i = 0; i < 50_000; i++) {
                api.jobs.ask(ApiFixture.id(id), new io.longhaul.job.OwnerCommand.Suspend(), "x", null);
                api.jobs.ask(ApiFixture.id(id), new io.longhaul.job.OwnerCommand.Resume(), "x", null);
            }
            boolean dropped = false;
            try (java.io.InputStream body = response.body()) {
                body.transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException ended) {
                dropped = true;
            }
            assertTrue(dropped);
            assertFalse(api.get("/v1/jobs/" + id).expect(200).json().isEmpty());
        }
    }
}
