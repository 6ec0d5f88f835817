package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.api.ApiFixture.Reply;
import io.longhaul.job.JobId;
import io.longhaul.testkit.JobFixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What holds for every call")
class ConventionsTest {
    private static final ApiFixture API = new ApiFixture();

    @AfterAll
    static void stop() {
        API.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"displayName\":\"a\",\"displayname\":\"b\"} | displayname",
                "{\"displayName\":\"a\",\"displayName\":\"b\"} | displayName",
                "{\"displayName\":\"a\",\"files\":[{\"remoteName\":\"http://h/\",\"localName\":\"a\",\"sah256\":\"\"}]} | files[0].sah256",
                "{\"displayName\":\"a\",\"files\":[{\"localName\":\"a\"}]} | files[0].remoteName",
                "{\"displayName\":\"a\",\"files\":{}} | files",
                "{\"displayName\":\"a\",\"priority\":\"high\"} | priority",
                "{\"displayName\":\"a\",\"priority\":1} | priority",
                "{\"displayName\":\"a\",\"resume\":\"true\"} | resume",
                "{\"displayName\":\"a\",\"minimumRetryDelaySeconds\":\"60\"} | minimumRetryDelaySeconds",
                "{\"displayName\":\"a\",\"minimumRetryDelaySeconds\":60.0} | minimumRetryDelaySeconds",
                "{\"displayName\":\"a\",\"minimumRetryDelaySeconds\":99999999999999999999} | minimumRetryDelaySeconds",
                "{\"displayName\":\"a\",\"labels\":{\"x\":1}} | labels.x",
                "{\"displayName\":\"a\",\"notify\":{\"events\":[\"NO\"]}} | notify.events[0]",
                "{\"displayName\":\"\\ud800\"} | displayName",
                "{\"displayName\":17} | displayName",
                "{\"priority\":\"HIGH\"} | displayName",
                "{\"displayName\":\"a\",\"customHeaders\":{\"X-Key\":\"1\",\"x-key\":\"1\"}} | x-key",
            })
    void a_body_that_is_not_as_it_must_be_is_refused_by_the_name_of_the_member(String body, String name) {
        Reply reply = API.post("/v1/jobs", body).expect(400, "E_INVALIDARG");
        assertTrue(reply.detail().contains(name), reply.detail());
        assertEquals("0x80070057", reply.json().get("hresult").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "[]", "null", "\"text\"", "{\"displayName\":NaN}", "{'displayName':1}"})
    void a_body_that_is_no_json_object_is_refused(String body) {
        API.post("/v1/jobs", body).expect(400, "E_INVALIDARG");
    }

    @Test
    void json_that_is_nested_without_end_is_refused() {
        Reply reply =
                API.post("/v1/jobs", "{\"displayName\":" + "[".repeat(9000)).expect(400, "E_INVALIDARG");
        assertFalse(reply.detail().contains("StreamRead"), reply.detail());
    }

    @Test
    void json_that_is_cut_off_is_refused_without_a_word_about_our_parser() {
        Reply reply = API.post("/v1/jobs", "{\"displayName\":\"a\"").expect(400, "E_INVALIDARG");
        assertFalse(reply.detail().contains("Source"), reply.detail());
    }

    private Reply post(byte[] body) {
        return API.send(HttpRequest.newBuilder(API.uri("/v1/jobs"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE"})
    void a_body_in_another_encoding_is_refused(String charset) {
        post("{\"displayName\":\"a\"}".getBytes(Charset.forName(charset))).expect(400, "E_INVALIDARG");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C0AF", "F4908080", "EDA080", "FF", "E282"})
    void a_body_that_is_not_utf_8_is_refused(String octets) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write("{\"displayName\":\"x".getBytes(StandardCharsets.US_ASCII));
        body.write(HexFormat.of().parseHex(octets));
        body.write("y\"}".getBytes(StandardCharsets.US_ASCII));
        post(body.toByteArray()).expect(400, "E_INVALIDARG");
    }

    @Test
    void a_body_may_begin_with_a_byte_order_mark() {
        post("\uFEFF{\"displayName\":\"a\"}".getBytes(StandardCharsets.UTF_8)).expect(201);
    }

    @Test
    void a_body_that_is_encoded_is_415_and_says_that() {
        Reply reply = API.post("/v1/jobs", "{}", "Content-Type", "application/json", "Content-Encoding", "gzip")
                .expect(415, "E_INVALIDARG");
        assertTrue(reply.detail().contains("Content-Encoding"), reply.detail());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Idempotency-Key", "X-Longhaul-Owner"})
    void a_header_of_which_there_are_two_is_refused(String name) {
        API.post("/v1/jobs", "{\"displayName\":\"a\"}", name, "one", name, "two")
                .expect(400, "E_INVALIDARG");
    }

    /** What a browser sends for a page without asking its user. */
    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://127.0.0.1:1", "http://localhost"})
    void a_page_of_another_site_changes_nothing(String origin) {
        API.post("/v1/jobs/cancel?displayName=none", null, "Origin", origin).expect(403, "E_ACCESSDENIED");
        API.get("/v1/jobs/count", "Origin", origin).expect(200);
    }

    @Test
    void a_page_of_this_node_may_change_something() {
        String own = "http://" + API.uri("/").getAuthority();
        API.post("/v1/jobs/cancel?displayName=none", null, "Origin", own).expect(202);
    }

    /** Its owner lets that name lead here, after the page was loaded from there. */
    @Test
    void a_page_whose_host_name_leads_here_changes_nothing() throws IOException {
        List<String> lines = List.of(
                "POST /v1/jobs/cancel?displayName=none HTTP/1.1",
                "Host: rebound.example:8080",
                "Origin: http://rebound.example:8080",
                "Content-Length: 0",
                "Connection: close",
                "\r\n");
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), API.uri("/").getPort())) {
            socket.getOutputStream().write(String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json"})
    void a_body_of_another_media_type_is_415(String type) {
        API.post("/v1/jobs", "{\"displayName\":\"a\"}", "Content-Type", type).expect(415, "E_INVALIDARG");
    }

    @Test
    void a_body_without_a_media_type_is_415() {
        HttpRequest request = HttpRequest.newBuilder(API.uri("/v1/jobs"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"displayName\":\"a\"}"))
                .build();
        API.send(request).expect(415, "E_INVALIDARG");
    }

    @Test
    void a_media_type_may_name_its_charset() {
        API.post("/v1/jobs", "{\"displayName\":\"a\"}", "Content-Type", "application/json; charset=utf-8")
                .expect(201);
    }

    @Test
    void a_body_that_is_too_large_is_413() {
        API.post("/v1/jobs", "{\"displayName\":\"" + "a".repeat(ApiFixture.MAX_BODY) + "\"}")
                .expect(413, "BG_E_TOO_LARGE");
    }

    /** As most clients do, which read the answer once all is sent: where the connection were closed, they would see no answer. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_body_that_is_too_large_is_413_for_those_who_send_all_of_it_first(boolean chunked) throws IOException {
        byte[] body = new byte[9 * 1024 * 1024];
        String header = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length;
        try (Socket socket = begin(API, header, chunked ? Integer.toHexString(MANY) + "\r\n" : "")) {
            if (chunked) sendChunks(socket, body.length / MANY);
            else socket.getOutputStream().write(body);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
            assertTrue(answer.contains("BG_E_TOO_LARGE"), answer);
        }
    }

    private static final int MANY = 256 * 1024;

    /** The first one's length is sent already. */
    private static void sendChunks(Socket socket, int count) throws IOException {
        byte[] next = ("\r\n" + Integer.toHexString(MANY) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] chunk = new byte[MANY];
        for (int i = 0; i < count; i++) {
            if (i > 0) socket.getOutputStream().write(next);
            socket.getOutputStream().write(chunk);
        }
        socket.getOutputStream().write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void a_body_without_end_is_not_read_for_ever() throws IOException {
        try (Socket socket = begin(API, "Transfer-Encoding: chunked", Integer.toHexString(MANY) + "\r\n")) {
            assertThrows(IOException.class, () -> sendChunks(socket, 1024));
        }
        try (Socket socket = begin(API, "Content-Length: " + Long.MAX_VALUE, "{")) {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
        }
    }

    @Test
    void a_request_that_is_not_http_is_refused_like_any_other() throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), API.uri("/").getPort())) {
            socket.getOutputStream()
                    .write("GET /v1/jobs?%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
            assertTrue(answer.contains("application/problem+json"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\n{}\r\n0\r\n\r\n",
                "-2\r\n{}\r\n0\r\n\r\n",
                "2\r\n{}xx0\r\n\r\n",
                "FFFFFFFF\r\n{}\r\n0\r\n\r\n"
            })
    void a_body_in_chunks_that_are_none_is_refused(String chunks) throws IOException {
        try (Socket socket = begin(API, "Transfer-Encoding: chunked", chunks)) {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
            assertTrue(answer.contains("application/problem+json"), answer);
            assertTrue(answer.contains("E_INVALIDARG"), answer);
        }
    }

    /** Nobody hears the answer, but the metrics and the log count it. */
    @ParameterizedTest
    @CsvSource({
        "Content-Length: 100, false",
        "Content-Length: 100, true",
        "Transfer-Encoding: chunked, false",
        "Transfer-Encoding: chunked, true"
    })
    void a_caller_who_goes_away_within_the_body_has_made_the_mistake(String header, boolean reset) throws Exception {
        try (ApiFixture api = new ApiFixture()) {
            try (Socket socket = begin(api, header, "10\r\n{")) {
                if (reset) socket.setSoLinger(true, 0);
            }
            assertEquals(400, api.statuses.poll(10, TimeUnit.SECONDS));
        }
    }

    private static Socket begin(ApiFixture api, String header, String body) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), api.uri("/").getPort());
        socket.getOutputStream()
                .write(("POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                + "Connection: close\r\n" + header + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void a_url_takes_all_labels_that_a_job_can_have() {
        String value = "%F0%9F%98%80".repeat(256);
        StringBuilder query = new StringBuilder("displayName=" + value);
        for (int i = 0; i < 64; i++)
            query.append("&label.")
                    .append("k".repeat(126))
                    .append(10 + i)
                    .append('=')
                    .append(value);
        API.get("/v1/jobs?" + query).expect(200);
        API.get("/v1/jobs?displayName=" + "a".repeat(ApiServer.LONGEST_URL)).expect(414, "E_INVALIDARG");
    }

    @Test
    void a_header_that_is_too_long_is_431() {
        API.get("/v1/jobs", "X-Note", "a".repeat(9000)).expect(431, "E_INVALIDARG");
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "?&", "?state=QUEUED&", "?&state=QUEUED", "?state=QUEUED&&limit=5&"})
    void an_empty_query_parameter_is_none(String query) {
        API.get("/v1/jobs" + query).expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v1/", "/v1/job", "/v1/jobs/", "/v1//jobs", "/v1/jobs/a/b/c/d/e", "/nothing", "/"})
    void a_path_that_is_none_is_404(String path) {
        API.get(path).expect(404, "E_INVALIDARG");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE | /v1/jobs | GET, HEAD, POST",
                "GET | /v1/jobs/resume | POST",
                "POST | /v1/jobs/count | GET, HEAD",
                "PUT | /v1/jobs/0193a5c0-7d3e-7c41-9a52-3f0d6b1e8a77 | GET, HEAD, PATCH",
                "GET | /v1/jobs/0193a5c0-7d3e-7c41-9a52-3f0d6b1e8a77/cancel | POST",
            })
    void a_method_that_a_path_does_not_have_is_405_and_tells_those_it_has(String method, String path, String allow) {
        assertEquals(
                allow, API.send(method, path, null).expect(405, "E_INVALIDARG").header("Allow"));
    }

    @Test
    void a_head_is_answered_like_a_get() {
        Reply reply = API.send("HEAD", "/v1/jobs/count", null).expect(200);
        assertEquals("application/json", reply.header("Content-Type"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/jobs?sate=QUEUED",
                "/v1/jobs?=QUEUED",
                "/v1/jobs?state=queued",
                "/v1/jobs?state=",
                "/v1/jobs?state=QUEUED,",
                "/v1/jobs?limit=0",
                "/v1/jobs?limit=1001",
                "/v1/jobs?limit=ten",
                "/v1/jobs?limit=-1",
                "/v1/jobs?limit=5&limit=6",
                "/v1/jobs?cursor=no",
                "/v1/jobs?cursor=%00",
                "/v1/jobs?label.=x",
                "/v1/jobs?label=x",
                "/v1/jobs?owner=a/b",
                "/v1/jobs?displayName=%00",
                "/v1/jobs?createdAfter=yesterday",
                "/v1/jobs?createdAfter=%2B999999999-01-01T00:00:00Z",
                "/v1/jobs?type=download",
                "/v1/jobs?priority=0",
                "/v1/jobs/count?limit=5",
                "/v1/stats?x=1",
            })
    void a_query_that_is_not_as_it_must_be_is_400(String path) {
        API.get(path).expect(400, "E_INVALIDARG");
    }

    @Test
    void an_unknown_query_parameter_is_named() {
        assertTrue(API.get("/v1/jobs?sate=QUEUED").detail().contains("sate"));
        API.post("/v1/jobs?x=1", "{\"displayName\":\"a\"}").expect(400, "E_INVALIDARG");
    }

    @Test
    void a_caller_is_named_by_a_header_and_anonymous_without() {
        String body = "{\"displayName\":\"a\"}";
        assertEquals("anonymous", API.post("/v1/jobs", body).json().get("owner").asText());
        assertEquals(
                "alice",
                API.post("/v1/jobs", body, "X-Longhaul-Owner", "alice")
                        .json()
                        .get("owner")
                        .asText());
        API.post("/v1/jobs", body, "X-Longhaul-Owner", "../etc").expect(400, "E_INVALIDARG");
    }

    @ParameterizedTest
    @ValueSource(strings = {"resume", "suspend", "complete", "cancel", "take-ownership"})
    void a_verb_takes_no_body_or_an_empty_object_and_nothing_else(String verb) {
        for (String body : new String[] {null, "{}", ""}) {
            String id = API.create("verb", 1, false);
            API.post("/v1/jobs/" + id + "/" + verb, body).expect(200);
        }
        String id = API.create("verb", 1, false);
        API.post("/v1/jobs/" + id + "/" + verb, "{\"x\":1}").expect(400, "E_INVALIDARG");
        API.post("/v1/jobs/" + id + "/" + verb, "[]").expect(400, "E_INVALIDARG");
        API.post("/v1/jobs/" + id + "/" + verb, "{}", "Content-Type", "text/plain")
                .expect(415, "E_INVALIDARG");
    }

    @Test
    void a_journal_that_does_not_answer_is_503_and_says_what_is_known() {
        String id = API.create("outage", 1, false);
        try {
            API.jobs.failWith(new TimeoutException("no answer"));
            Reply reply = API.post("/v1/jobs/" + id + "/resume", null).expect(503, "ERROR_SERVICE_UNAVAILABLE");
            assertNotNull(reply.header("Retry-After"));
            assertTrue(reply.detail().contains("unknown whether"), reply.detail());
            API.jobs.failWith(new SQLException("connection lost"));
            API.get("/v1/jobs/" + id).expect(503, "ERROR_SERVICE_UNAVAILABLE");
            API.jobs.failWith(new SQLException("No space left on device", "53100"));
            Reply full = API.get("/v1/jobs/" + id).expect(503, "ERROR_SERVICE_UNAVAILABLE");
            assertTrue(full.detail().startsWith("The database did not take"), full.detail());
            API.jobs.failWith(new SQLException("invalid byte sequence", "22021"));
            API.get("/v1/jobs/" + id).expect(400, "E_INVALIDARG");
            API.jobs.failWith(new IllegalStateException("a fault"));
            assertTrue(API.get("/v1/jobs/" + id).expect(500, "E_FAIL").text().indexOf("a fault") < 0);
        } finally {
            API.jobs.failWith(null);
        }
    }

    @Test
    void an_answer_that_does_not_come_in_time_is_503_too_and_the_connection_ends_with_it() throws IOException {
        try (ApiFixture api = new ApiFixture(Access.unauthenticated(true), 16, Duration.ofMillis(100))) {
            JobId id = Idempotency.newId();
            // Not over HTTP, where that would have to be answered as fast
            api.jobs.ask(id, JobFixtures.createJob(JobFixtures.spec(), 1, false), "anonymous", null);
            api.jobs.fallSilent();
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), api.uri("/").getPort())) {
                socket.getOutputStream()
                        .write(("POST /v1/jobs/" + id + "/resume HTTP/1.1\r\nHost: x\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
                assertTrue(answer.contains("Connection: close"), answer);
            }
        }
    }
}
