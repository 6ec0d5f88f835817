package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.api.ApiFixture.Reply;
import io.longhaul.entity.Transfers;
import io.longhaul.entity.Transfers.Awaited.What;
import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.HttpError;
import io.longhaul.job.JobError;
import io.longhaul.job.TransferReport;
import io.longhaul.job.file.RemoteVersion;
import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A job over HTTP")
class JobRoutesTest {
    private static final ApiFixture API = new ApiFixture();
    private static final String UNKNOWN = "0193a5c0-7d3e-7c41-9a52-3f0d6b1e8a77";

    @AfterAll
    static void stop() {
        API.close();
    }

    @Test
    void is_created_with_everything_that_its_owner_says() {
        Reply reply = API.post("/v1/jobs", """
                        {"displayName": "maps", "description": "d", "type": "DOWNLOAD", "priority": "HIGH", "queue": "q1",
                         "files": [{"remoteName": "https://origin.example/a", "localName": "maps/a"},
                                   {"remoteName": "https://origin.example/b", "localName": "maps/b",
                                    "ranges": [{"initialOffset": 0, "length": 10}, {"initialOffset": 20, "length": null}],
                                    "sha256": "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"}],
                         "labels": {"fleet": "eu-1"}, "minimumRetryDelaySeconds": 1, "noProgressTimeoutSeconds": 0,
                         "maximumDownloadTimeSeconds": 60, "maxDownloadBytes": 1000, "requireRanges": true,
                         "bandwidthBytesPerSecond": 5, "customHeaders": {"X-Site": "7"},
                         "notify": {"events": ["JOB_ERROR"], "url": "https://hooks.example/x"}, "resume": true}
                        """).expect(201);
        JsonNode job = reply.json();
        assertEquals("/v1/jobs/" + job.get("id").asText(), reply.header("Location"));
        assertEquals("QUEUED", job.get("state").asText());
        assertEquals(5, job.get("minimumRetryDelaySeconds").asInt(), "BITS raises it to 5");
        assertEquals(0, job.get("noProgressTimeoutSeconds").asInt());
        assertEquals(7776000, job.get("inactivityTimeoutSeconds").asInt());
        assertEquals("7", job.at("/customHeaders/X-Site").asText());
        assertEquals("JOB_ERROR", job.at("/notify/events/0").asText());
        assertEquals(2, job.at("/progress/filesTotal").asInt());
        assertTrue(job.at("/files/0/ranges").isNull());
        assertTrue(job.at("/files/1/ranges/1/length").isNull());
        assertEquals(
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                job.at("/files/1/sha256").asText());
        assertEquals(job, API.get("/v1/jobs/" + job.get("id").asText()).json());
    }

    @Test
    void has_the_defaults_where_its_owner_says_nothing() {
        JsonNode job = API.post("/v1/jobs", "{\"displayName\":\"a\",\"maxDownloadBytes\":null}")
                .json();
        assertEquals("SUSPENDED", job.get("state").asText());
        assertEquals("default", job.get("queue").asText());
        assertEquals("NORMAL", job.get("priority").asText());
        assertEquals(600, job.get("minimumRetryDelaySeconds").asInt());
        assertEquals(1209600, job.get("noProgressTimeoutSeconds").asInt());
        assertEquals(7776000, job.get("maximumDownloadTimeSeconds").asInt());
        assertTrue(job.get("notify").isNull());
        assertTrue(job.get("error").isNull());
        assertEquals(0, job.get("files").size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"displayName\":\"\"} | 400 | E_INVALIDARG",
                "{\"displayName\":\"a\",\"resume\":true} | 409 | BG_E_EMPTY",
                "{\"displayName\":\"a\",\"type\":\"UPLOAD\"} | 501 | E_NOTIMPL",
                "{\"displayName\":\"a\",\"maxDownloadBytes\":0} | 400 | BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE",
                "{\"displayName\":\"a\",\"bandwidthBytesPerSecond\":0} | 400 | E_INVALIDARG",
                "{\"displayName\":\"a\",\"minimumRetryDelaySeconds\":-1} | 400 | E_INVALIDARG",
                "{\"displayName\":\"a\",\"noProgressTimeoutSeconds\":4294967296} | 400 | E_INVALIDARG",
                "{\"displayName\":\"a\",\"files\":[{\"remoteName\":\"http://h/a\",\"localName\":\"a\",\"ranges\":[]}]} | 400 | E_INVALIDARG",
                "{\"displayName\":\"a\",\"files\":[{\"remoteName\":\"http://h/a\",\"localName\":\"a\",\"ranges\":[{\"initialOffset\":18446744073709551615}]}]} | 400 | BG_E_INVALID_RANGE",
                "{\"displayName\":\"a\",\"files\":[{\"remoteName\":\"http://h/a\",\"localName\":\"a\",\"ranges\":[{\"initialOffset\":0},{\"initialOffset\":5}]}]} | 400 | BG_E_OVERLAPPING_RANGES",
                "{\"displayName\":\"a\",\"files\":[{\"remoteName\":\"http://h/a\",\"localName\":\"a\",\"sha256\":\"12\"}]} | 400 | E_INVALIDARG",
                "{\"displayName\":\"a\",\"files\":[{\"remoteName\":\"http://h/a\",\"localName\":\"../a\"}]} | 400 | E_INVALIDARG",
            })
    void is_refused_with_bitss_own_code(String body, int status, String code) {
        API.post("/v1/jobs", body).expect(status, code);
    }

    @Test
    void is_refused_where_its_name_is_too_long() {
        API.post("/v1/jobs", "{\"displayName\":\"" + "a".repeat(257) + "\"}").expect(400, "BG_E_STRING_TOO_LONG");
    }

    @Test
    void that_nobody_knows_is_404_and_an_id_that_is_none_too() {
        for (String id : List.of(UNKNOWN, "17", "resum", "%00", UNKNOWN + "x")) {
            API.get("/v1/jobs/" + id).expect(404, "BG_E_NOT_FOUND");
            API.post("/v1/jobs/" + id + "/resume", null).expect(404, "BG_E_NOT_FOUND");
            API.get("/v1/jobs/" + id + "/events").expect(404, "BG_E_NOT_FOUND");
            API.get("/v1/jobs/" + id + "/watch").expect(404, "BG_E_NOT_FOUND");
            API.patch("/v1/jobs/" + id, "{}").expect(404, "BG_E_NOT_FOUND");
        }
    }

    @Test
    void obeys_the_four_verbs() {
        String id = API.create("verbs", 1, false);
        assertEquals("QUEUED", verb(id, "resume", "S_OK").get("state").asText());
        assertEquals("SUSPENDED", verb(id, "suspend", "S_OK").get("state").asText());
        verb(id, "resume", "S_OK");
        API.transfer(id, 10);
        assertEquals("ACKNOWLEDGED", verb(id, "complete", "S_OK").get("state").asText());
        API.post("/v1/jobs/" + id + "/cancel", null).expect(409, "BG_E_INVALID_STATE");
        String other = API.create("verbs", 1, true);
        assertEquals("CANCELLED", verb(other, "cancel", "S_OK").get("state").asText());
        String partial = API.create("verbs", 2, true);
        verb(partial, "complete", "BG_S_PARTIAL_COMPLETE");
        API.post("/v1/jobs/" + API.create("empty", 0, false) + "/resume", null).expect(409, "BG_E_EMPTY");
    }

    private static JsonNode verb(String id, String verb, String result) {
        JsonNode job = API.post("/v1/jobs/" + id + "/" + verb, null).expect(200).json();
        assertEquals(result, job.get("result").asText());
        return job;
    }

    @Test
    void stays_where_complete_cannot_give_a_file_its_name() {
        String id = API.create("stuck", 1, true);
        API.transfer(id, 10);
        API.jobs.failNextPublish(JobError.of(ErrorContext.LOCAL_FILE, BitsError.E_ACCESSDENIED, 0, TestClock.START));
        API.post("/v1/jobs/" + id + "/complete", null).expect(409, "E_ACCESSDENIED");
        assertEquals("TRANSFERRED", API.state(id));
        verb(id, "complete", "S_OK");
    }

    @Test
    void tells_its_error_in_every_place() {
        String id = API.create("failing", 1, true);
        API.get("/v1/jobs/" + id + "/error").expect(404, "BG_E_ERROR_INFORMATION_UNAVAILABLE");
        JobError cause = JobError.of(ErrorContext.REMOTE_FILE, new HttpError(503), 0, API.clock.instant());
        JobError error = new JobError(
                ErrorContext.REMOTE_FILE, BitsError.BG_E_NO_PROGRESS, "Nothing came.", 0, API.clock.instant(), cause);
        API.jobs.say(ApiFixture.id(id), new TransferReport.RunFailed(API.grant(id), error, false, Duration.ofHours(1)));
        JsonNode job = API.get("/v1/jobs/" + id).json();
        assertEquals("TRANSIENT_ERROR", job.get("state").asText());
        assertEquals(1, job.get("errorCount").asInt());
        assertEquals("BG_E_HTTP_ERROR_503", job.at("/error/cause/code").asText());
        assertEquals("0x801901F7", job.at("/error/cause/hresult").asText());
        assertEquals(
                API.clock.instant().plusSeconds(3600).toString(),
                job.get("nextRetryAt").asText());
        assertEquals(
                job.get("error"),
                API.get("/v1/jobs/" + id + "/error").expect(200).json());
        assertEquals(
                "RETRY_DELAY",
                API.get("/v1/jobs/" + id + "/explain")
                        .json()
                        .at("/reasons/0/code")
                        .asText());
    }

    @Test
    void explains_why_it_does_not_run() {
        String id = API.create("waiting", 1, true);
        JsonNode explained = API.get("/v1/jobs/" + id + "/explain").expect(200).json();
        assertEquals("QUEUED", explained.get("state").asText());
        assertEquals("HOST_LIMIT", explained.at("/reasons/0/code").asText());
        API.transfer(id, 1);
        assertEquals(
                "TRANSFERRED",
                API.get("/v1/jobs/" + id + "/explain")
                        .json()
                        .at("/reasons/0/code")
                        .asText());
    }

    @Test
    void explains_what_else_it_waits_for() {
        String jobs =
                "{\"displayName\":\"x\",\"resume\":true,\"files\":[{\"remoteName\":\"http://%s/x\",\"localName\":\"x\"}]}";
        JsonNode closed = API.post("/v1/jobs", jobs.formatted("b.example"), "X-Longhaul-Owner", "gone")
                .expect(201)
                .json();
        API.post("/v1/owners/gone/logoff", null).expect(204);
        assertEquals(List.of("HOST_LIMIT", "OWNER_LOGGED_OFF", "HOST_RETRY_AFTER"), reasons(closed));
        JsonNode slowed = API.post("/v1/jobs", jobs.formatted("a.example:443"))
                .expect(201)
                .json();
        assertEquals(List.of("HOST_LIMIT", "HOST_SLOWED"), reasons(slowed));
    }

    private static List<String> reasons(JsonNode job) {
        return API.get("/v1/jobs/" + job.get("id").asText() + "/explain")
                .expect(200)
                .json()
                .findValuesAsText("code");
    }

    @Test
    void explains_what_it_waits_for_while_it_runs() {
        String since = API.clock.instant().toString();
        String id = API.create("runs", 1, true, ",\"maximumDownloadTimeSeconds\":45");
        long run = API.grant(id);
        JsonNode starting = assertReason(id, "STARTING", since);
        assertEquals(
                API.clock.instant().plusSeconds(45).toString(),
                starting.get("until").asText());

        assertWaits(id, What.CONNECTION, "longhaul.transfer.connect-timeout");
        assertWaits(id, What.REVOCATIONS, "longhaul.transfer.connect-timeout");
        assertWaits(id, What.ANSWER, "longhaul.transfer.response-timeout");
        API.jobs.say(ApiFixture.id(id), new TransferReport.FileOpened(run, 0, RemoteVersion.UNKNOWN, 9L, true));
        assertEquals("TRANSFERRING", API.state(id));
        assertWaits(id, What.BYTES, "longhaul.transfer.stall-timeout");
        API.jobs.await(ApiFixture.id(id), null);
        assertEquals(
                "[]",
                API.get("/v1/jobs/" + id + "/explain")
                        .expect(200)
                        .json()
                        .get("reasons")
                        .toString());
    }

    private static void assertWaits(String id, What what, String limit) {
        Instant since = API.clock.instant();
        API.jobs.await(
                ApiFixture.id(id), new Transfers.Awaited(what, "origin.example:443", since, since.plusSeconds(30)));
        JsonNode reason = assertReason(id, "WAITS_FOR_" + what, since.toString());
        assertEquals(since.plusSeconds(30).toString(), reason.get("until").asText());
        String detail = reason.get("detail").asText();
        assertTrue(detail.contains(limit) && detail.contains("origin.example:443"), detail);
    }

    @Test
    void explains_who_suspended_it() {
        String id = API.create("held", 1, true);
        API.post("/v1/jobs/" + id + "/suspend", null, "X-Longhaul-Owner", "anna")
                .expect(200);
        JsonNode reason = assertReason(id, "SUSPENDED", API.clock.instant().toString());
        assertEquals(
                "The job was suspended by anna, until Resume is called.",
                reason.get("detail").asText());
    }

    @Test
    void explains_since_when_it_is_the_clients_turn() {
        String since = API.clock.instant().toString();
        String id = API.create("turns", 1, false);
        assertReason(id, "SUSPENDED", since);
        assertReason(API.create("empty", 0, false), "NO_FILES", since);
        API.post("/v1/jobs/" + id + "/resume", null).expect(200);
        API.transfer(id, 1);
        API.post("/v1/jobs/" + id + "/files", ApiFixture.file("added")).expect(201);
        JsonNode reason = assertReason(id, "TRANSFERRED", since);
        assertEquals(
                "Files were added; the job waits for Resume, Complete or Cancel.",
                reason.get("detail").asText());
    }

    private static JsonNode assertReason(String id, String code, String since) {
        JsonNode reason =
                API.get("/v1/jobs/" + id + "/explain").expect(200).json().at("/reasons/0");
        assertEquals(code, reason.get("code").asText());
        assertEquals(since, reason.get("since").asText());
        return reason;
    }

    @Test
    void has_a_proxy_that_is_changed_by_a_merge_patch() {
        String id = API.create(
                "proxied",
                1,
                false,
                ",\"proxy\":{\"usage\":\"OVERRIDE\",\"list\":\"h1:80\",\"bypass\":\"*.intranet\"}");
        assertProxy("OVERRIDE", "h2:80", "*.intranet", id, "{\"usage\":\"OVERRIDE\",\"list\":\"h2:80\"}");
        assertProxy("OVERRIDE", "h3:80", "*.intranet", id, "{\"list\":\"h3:80\"}");
        assertProxy("OVERRIDE", "h3:80", null, id, "{\"bypass\":null}");
        assertProxy("OVERRIDE", "h3:80", "<local>", id, "{\"bypass\":\"<local>\"}");
        assertProxy("OVERRIDE", "h3:80", "<local>", id, "{}");
        API.patch("/v1/jobs/" + id, "{\"proxy\":{\"list\":null}}").expect(400, "E_INVALIDARG");
        assertProxy("NO_PROXY", null, null, id, "{\"usage\":\"NO_PROXY\"}");
        API.patch("/v1/jobs/" + id, "{\"proxy\":{\"list\":\"h4:80\"}}").expect(400, "E_INVALIDARG");
        assertProxy("OVERRIDE", "h4:80", null, id, "{\"usage\":\"OVERRIDE\",\"list\":\"h4:80\"}");
        assertProxy("PRECONFIG", null, null, id, "{\"usage\":null}");
        API.post("/v1/jobs", "{\"displayName\":\"a\",\"proxy\":{\"list\":\"h:80\"}}")
                .expect(400, "E_INVALIDARG");
    }

    private static void assertProxy(String usage, String list, String bypass, String id, String patch) {
        JsonNode proxy = API.patch("/v1/jobs/" + id, "{\"proxy\":" + patch + "}")
                .expect(200)
                .json()
                .get("proxy");
        assertEquals(usage, proxy.get("usage").asText());
        assertEquals(list, proxy.get("list").textValue());
        assertEquals(bypass, proxy.get("bypass").textValue());
    }

    @Test
    void has_headers_whose_names_are_the_same_in_any_case() {
        String id = API.create("headed", 1, false, ",\"customHeaders\":{\"Authorization\":\"old\",\"X-Site\":\"7\"}");
        JsonNode headers = API.patch(
                        "/v1/jobs/" + id, "{\"customHeaders\":{\"authorization\":\"new\",\"X-SITE\":null}}")
                .expect(200)
                .json()
                .get("customHeaders");
        assertEquals("{\"authorization\":\"new\"}", headers.toString());
        API.patch("/v1/jobs/" + id, "{\"customHeaders\":{\"a\":\"1\",\"A\":null}}")
                .expect(400, "E_INVALIDARG");
    }

    @Test
    void is_changed_by_a_merge_patch() {
        String id = API.create("patch", 1, false, ",\"labels\":{\"a\":\"1\",\"b\":\"2\"},\"maxDownloadBytes\":9");
        JsonNode job = API.send("PATCH", "/v1/jobs/" + id, """
                        {"priority": "LOW", "labels": {"a": null, "c": "3"}, "maxDownloadBytes": null,
                         "minimumRetryDelaySeconds": 2, "notify": {"url": "https://hooks.example/a"}}
                        """, "Content-Type", "application/merge-patch+json")
                .expect(200)
                .json();
        assertEquals("LOW", job.get("priority").asText());
        assertEquals("{\"b\":\"2\",\"c\":\"3\"}", job.get("labels").toString());
        assertTrue(job.get("maxDownloadBytes").isNull());
        assertEquals(5, job.get("minimumRetryDelaySeconds").asInt());
        JsonNode merged = API.patch("/v1/jobs/" + id, "{\"notify\":{\"events\":[\"JOB_MODIFICATION\"]}}")
                .json();
        assertEquals("https://hooks.example/a", merged.at("/notify/url").asText());
        assertEquals(500, merged.at("/notify/minimumIntervalMilliseconds").asInt(), "BITS's");
        JsonNode command = API.patch(
                        "/v1/jobs/" + id,
                        "{\"notify\":{\"command\":\"mail-owner\",\"minimumIntervalMilliseconds\":20}}")
                .json();
        assertEquals(
                "{\"events\":[\"JOB_MODIFICATION\"],\"url\":\"https://hooks.example/a\",\"command\":\"mail-owner\","
                        + "\"minimumIntervalMilliseconds\":20}",
                command.get("notify").toString());
        API.patch("/v1/jobs/" + id, "{\"notify\":{\"command\":\"rm\"}}").expect(400, "E_INVALIDARG");
        JsonNode back = API.patch(
                        "/v1/jobs/" + id,
                        "{\"priority\":null,\"labels\":null,\"minimumRetryDelaySeconds\":null,\"notify\":null}")
                .json();
        assertEquals("NORMAL", back.get("priority").asText());
        assertEquals(0, back.get("labels").size());
        assertEquals(600, back.get("minimumRetryDelaySeconds").asInt());
        assertTrue(back.get("notify").isNull());
        assertEquals(back.get("displayName"), job.get("displayName"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"type\":\"UPLOAD\"} | 409 | BG_E_READ_ONLY_PROPERTY",
                "{\"owner\":\"bob\"} | 409 | BG_E_READ_ONLY_PROPERTY",
                "{\"state\":\"QUEUED\"} | 400 | E_INVALIDARG",
                "{\"files\":[]} | 400 | E_INVALIDARG",
                "{\"nothing\":1} | 400 | E_INVALIDARG",
                "{\"displayName\":null} | 400 | E_INVALIDARG",
                "{\"maxDownloadBytes\":0} | 400 | BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE",
                "[] | 400 | E_INVALIDARG",
            })
    void is_not_changed_by_a_patch_that_may_not_be(String body, int status, String code) {
        API.patch("/v1/jobs/" + API.create("patch", 1, false), body).expect(status, code);
    }

    @Test
    void keeps_some_properties_once_it_was_resumed() {
        String id = API.create("patch", 1, true);
        API.patch("/v1/jobs/" + id, "{\"maxDownloadBytes\":5}").expect(409, "BG_E_READ_ONLY_PROPERTY_AFTER_RESUME");
        API.patch("/v1/jobs/" + id, "{\"queue\":\"other\"}").expect(409, "BG_E_READ_ONLY_WHEN_JOB_ACTIVE");
    }

    @Test
    void is_taken_over_by_an_administrator() {
        String id = API.create("taken", 1, false, ",\"customHeaders\":{\"X-Secret\":\"s\"}");
        JsonNode job = API.post("/v1/jobs/" + id + "/take-ownership", null, "X-Longhaul-Owner", "root")
                .json();
        assertEquals("root", job.get("owner").asText());
        assertEquals(0, job.get("customHeaders").size());
    }

    @Test
    void gets_more_files_all_or_none() {
        String id = API.create("files", 1, false);
        Reply one = API.post("/v1/jobs/" + id + "/files", ApiFixture.file("x"), "X-Longhaul-Owner", "bob")
                .expect(201);
        assertEquals(1, one.json().get("files").size());
        assertEquals(1, one.json().at("/files/0/index").asInt());
        assertEquals(
                "bob", API.jobs.job(ApiFixture.id(id)).files().get(1).folder().name());
        Reply two = API.post("/v1/jobs/" + id + "/files", "[" + ApiFixture.file("y") + "," + ApiFixture.file("z") + "]")
                .expect(201);
        assertEquals(2, two.json().get("files").size());
        API.post("/v1/jobs/" + id + "/files", "[" + ApiFixture.file("q") + ",{\"localName\":\"a\"}]")
                .expect(400, "E_INVALIDARG");
        API.post("/v1/jobs/" + id + "/files", "[]").expect(400, "E_INVALIDARG");
        assertEquals(4, API.get("/v1/jobs/" + id + "/files").json().get("files").size());
    }

    @Test
    void has_at_most_so_many_files() {
        String id = API.create("many", 198, false);
        API.post("/v1/jobs/" + id + "/files", "[" + ApiFixture.file("a") + "," + ApiFixture.file("b") + "]")
                .expect(201);
        API.post("/v1/jobs/" + id + "/files", ApiFixture.file("c")).expect(409, "BG_E_TOO_MANY_FILES_IN_JOB");
    }

    @Test
    void tells_its_history_page_by_page() {
        String id = API.create("history", 1, true);
        API.transfer(id, 10);
        API.post("/v1/jobs/" + id + "/complete", null).expect(200);
        List<String> types = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = API.get("/v1/jobs/" + id + "/events?limit=2" + cursor)
                    .expect(200)
                    .json();
            page.get("events").forEach(event -> types.add(event.get("type").asText()));
            cursor = page.get("nextCursor").isNull()
                    ? null
                    : "&cursor=" + page.get("nextCursor").asText();
        } while (cursor != null);
        assertEquals(
                List.of(
                        "JobCreated",
                        "JobQueued",
                        "SliceGranted",
                        "JobConnected",
                        "FileTransferred",
                        "JobTransferred",
                        "CompletionBegan",
                        "JobAcknowledged"),
                types);
        JsonNode granted = API.get("/v1/jobs/" + id + "/events").json().at("/events/2");
        assertEquals(3, granted.get("sequence").asInt());
        assertEquals(1, granted.get("slice").asInt());
        assertEquals("CONNECTING", granted.get("state").asText());
    }

    @Test
    void shows_bytes_that_are_not_on_disk_yet() {
        String id = API.create("arriving", 1, true);
        API.grant(id);
        API.jobs.arrive(ApiFixture.id(id), 0, 4096);
        JsonNode job = API.get("/v1/jobs/" + id).json();
        assertEquals(4096, job.at("/progress/bytesTransferred").asInt());
        assertEquals(4096, job.at("/files/0/bytesTransferred").asInt());
        assertFalse(job.at("/files/0/completed").asBoolean());
    }
}
