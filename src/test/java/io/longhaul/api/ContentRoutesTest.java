package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.api.ApiFixture.Reply;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.RemoteVersion;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The content of a file")
class ContentRoutesTest {
    private static final ApiFixture API = new ApiFixture();
    private static final byte[] BYTES = new byte[1_000_000];
    private static String id;
    private static String content;

    @BeforeAll
    static void complete() throws IOException {
        new Random(7).nextBytes(BYTES);
        id = API.create("content", 1, true);
        API.transfer(id, BYTES.length);
        API.files.put(API.jobs.job(ApiFixture.id(id)).files().getFirst(), BYTES);
        API.post("/v1/jobs/" + id + "/complete", null).expect(200);
        content = "/v1/jobs/" + id + "/files/0/content";
    }

    @AfterAll
    static void stop() {
        API.close();
    }

    @Test
    void is_served_whole_with_its_digest() throws Exception {
        Reply reply = API.get(content).expect(200);
        assertArrayEquals(BYTES, reply.raw().body());
        assertEquals("application/octet-stream", reply.header("Content-Type"));
        assertEquals("bytes", reply.header("Accept-Ranges"));
        String digest = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(BYTES));
        assertEquals("sha-256=:" + digest + ":", reply.header("Repr-Digest"));
        assertNotNull(reply.header("Last-Modified"));
    }

    @Test
    void answers_a_head_without_the_bytes() {
        Reply reply = API.send("HEAD", content, null).expect(200);
        assertEquals("" + BYTES.length, reply.header("Content-Length"));
        assertEquals(0, reply.raw().body().length);
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-9,0,10",
        "bytes=999990-,999990,1000000",
        "bytes=-5,999995,1000000",
        "bytes=500-2000000,500,1000000"
    })
    void is_served_in_part(String range, int from, int to) {
        Reply reply = API.get(content, "Range", range).expect(206);
        assertArrayEquals(Arrays.copyOfRange(BYTES, from, to), reply.raw().body());
        assertEquals("bytes " + from + "-" + (to - 1) + "/1000000", reply.header("Content-Range"));
    }

    @Test
    void is_served_in_several_parts() {
        Reply reply = API.get(content, "Range", "bytes=0-0, 10-19").expect(206);
        assertTrue(reply.header("Content-Type").startsWith("multipart/byteranges; boundary="));
        String text = new String(reply.raw().body(), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTrue(text.contains("Content-Range: bytes 0-0/1000000"));
        assertTrue(text.contains("Content-Range: bytes 10-19/1000000"));
        String second = new String(Arrays.copyOfRange(BYTES, 10, 20), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertTrue(text.contains("\r\n\r\n" + second + "\r\n--"));
    }

    /** Else a file could be made to look like the parts of another. */
    @Test
    void is_parted_otherwise_in_every_answer() {
        String range = "bytes=0-0, 10-19";
        assertNotEquals(
                API.get(content, "Range", range).expect(206).header("Content-Type"),
                API.get(content, "Range", range).expect(206).header("Content-Type"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=5-4", "bytes=x-", "lines=0-1", "bytes=", "bytes=0-,0-,0-"})
    void is_served_whole_where_the_range_makes_no_sense(String range) {
        assertEquals(
                BYTES.length, API.get(content, "Range", range).expect(200).raw().body().length);
    }

    @Test
    void ends_before_some_ranges_begin() {
        Reply reply = API.get(content, "Range", "bytes=1000000-").expect(416, "BG_E_INVALID_RANGE");
        assertEquals("bytes */1000000", reply.header("Content-Range"));
    }

    @Test
    void is_not_sent_to_who_has_it() {
        Reply first = API.get(content);
        String etag = first.header("ETag");
        String date = first.header("Last-Modified");
        assertEquals(
                0, API.get(content, "If-None-Match", etag).expect(304).raw().body().length);
        API.get(content, "If-None-Match", "\"x\", W/" + etag).expect(304);
        API.get(content, "If-None-Match", "*").expect(304);
        API.get(content, "If-None-Match", "\"x\"").expect(200);
        API.get(content, "If-Modified-Since", date).expect(304);
        API.get(content, "If-Match", "\"x\"").expect(412, "E_INVALIDARG");
        API.get(content, "If-Match", etag).expect(200);
        API.get(content, "If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT").expect(412, "E_INVALIDARG");
        API.get(content, "Range", "bytes=0-9", "If-Range", etag).expect(206);
        API.get(content, "Range", "bytes=0-9", "If-Range", "\"x\"").expect(200);
        API.get(content, "Range", "bytes=0-9", "If-Range", date).expect(206);
    }

    @Test
    void is_there_only_once_the_job_was_completed() throws IOException {
        String other = API.create("other", 1, true);
        String path = "/v1/jobs/" + other + "/files/0/content";
        API.get(path).expect(409, "BG_E_INVALID_STATE");
        API.transfer(other, 3);
        API.get(path).expect(409, "BG_E_INVALID_STATE");
        API.files.put(API.jobs.job(ApiFixture.id(other)).files().getFirst(), new byte[] {1, 2, 3});
        API.post("/v1/jobs/" + other + "/complete", null).expect(200);
        API.get(path).expect(200);
        API.files.put(API.jobs.job(ApiFixture.id(other)).files().getFirst(), new byte[] {1});
        API.get(path).expect(404, "BG_E_FILE_NOT_FOUND");
        API.files.delete(API.jobs.job(ApiFixture.id(other)).files().getFirst());
        API.get(path).expect(404, "BG_E_FILE_NOT_FOUND");
        for (String index : new String[] {"1", "-1", "x", "00", "99999999999"})
            API.get("/v1/jobs/" + other + "/files/" + index + "/content").expect(404, "BG_E_FILE_NOT_FOUND");
    }

    private static String completed(String name, byte[] bytes, String sha256) throws IOException {
        String checksum = sha256 == null ? "" : ",\"sha256\":\"" + sha256 + "\"";
        String file = "{\"remoteName\":\"https://origin.example/a\",\"localName\":\"" + name + "\"" + checksum + "}";
        String job = API.post("/v1/jobs", "{\"displayName\":\"a\",\"resume\":true,\"files\":[" + file + "]}")
                .expect(201)
                .json()
                .get("id")
                .asText();
        API.transfer(job, bytes.length);
        API.files.put(fileOf(job), bytes);
        API.post("/v1/jobs/" + job + "/complete", null).expect(200);
        return job;
    }

    private static JobFile fileOf(String job) {
        return API.jobs.job(ApiFixture.id(job)).files().getFirst();
    }

    private static String contentOf(String job) {
        return "/v1/jobs/" + job + "/files/0/content";
    }

    private static byte[] sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Test
    void is_not_what_somebody_has_put_in_its_place_be_it_as_long() throws IOException {
        String job = completed("replaced", new byte[] {1, 2, 3}, null);
        API.get(contentOf(job)).expect(200);
        API.files.replace(fileOf(job), new byte[] {4, 5, 6});
        API.get(contentOf(job)).expect(404, "BG_E_FILE_NOT_FOUND");
        API.get(contentOf(job), "Range", "bytes=0-0").expect(404, "BG_E_FILE_NOT_FOUND");
    }

    @Test
    void with_a_checksum_is_what_comes_to_it_and_nothing_else() throws Exception {
        byte[] bytes = {1, 2, 3};
        String digest = HexFormat.of().formatHex(sha256(bytes));
        String job = completed("verified", bytes, digest);
        Reply first = API.get(contentOf(job)).expect(200);
        API.files.replace(fileOf(job), bytes); // restored from a backup that keeps no times
        assertEquals(first.header("ETag"), API.get(contentOf(job)).expect(200).header("ETag"));
        API.files.put(fileOf(job), new byte[] {4, 5, 6}); // of the same time, even
        API.get(contentOf(job)).expect(404, "BG_E_FILE_NOT_FOUND");
    }

    @Test
    void has_the_digest_of_what_is_there_and_not_of_what_was() throws Exception {
        String job = completed("hashed", new byte[] {1, 2, 3}, null);
        API.get(contentOf(job)).expect(200);
        byte[] next = {4, 5, 6};
        String other = completed("hashed", next, null);
        for (String path : new String[] {contentOf(job), contentOf(other)}) {
            Reply reply = API.get(path).expect(200);
            assertArrayEquals(next, reply.raw().body());
            String digest =
                    Base64.getEncoder().encodeToString(sha256(reply.raw().body()));
            assertEquals("sha-256=:" + digest + ":", reply.header("Repr-Digest"));
            assertEquals('"' + digest + '"', reply.header("ETag"));
        }
    }

    @Test
    void has_a_date_of_http_on_every_day() throws IOException {
        assertEquals("Fri, 20 Nov 2026 09:00:00 GMT", API.get(content).header("Last-Modified"));
        String other = API.create("dated", 1, true);
        API.transfer(other, 3, new RemoteVersion(null, "Sun, 01 Nov 2026 08:49:37 GMT", 3L));
        API.files.put(API.jobs.job(ApiFixture.id(other)).files().getFirst(), new byte[] {1, 2, 3});
        API.post("/v1/jobs/" + other + "/complete", null).expect(200);
        String path = "/v1/jobs/" + other + "/files/0/content";
        String date = "Sun, 01 Nov 2026 08:49:37 GMT";
        assertEquals(date, API.get(path).expect(200).header("Last-Modified"));
        API.get(path, "If-Modified-Since", date).expect(304);
        API.get(path, "If-Unmodified-Since", date).expect(200);
        API.get(path, "If-Unmodified-Since", "Sat, 31 Oct 2026 08:49:37 GMT").expect(412, "E_INVALIDARG");
        API.get(path, "Range", "bytes=0-0", "If-Range", date).expect(206);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-9", "bytes=0-0,10-19", "bytes=1000000-"})
    void answers_a_head_as_if_no_range_were_asked_for(String range) {
        Reply reply = API.send("HEAD", content, null, "Range", range).expect(200);
        assertEquals("" + BYTES.length, reply.header("Content-Length"));
        assertEquals("application/octet-stream", reply.header("Content-Type"));
        assertNull(reply.header("Content-Range"));
    }

    @Test
    void of_an_empty_file_is_empty() throws IOException {
        String other = API.create("empty", 1, true);
        API.transfer(other, 0);
        API.files.put(API.jobs.job(ApiFixture.id(other)).files().getFirst(), new byte[0]);
        API.post("/v1/jobs/" + other + "/complete", null).expect(200);
        String path = "/v1/jobs/" + other + "/files/0/content";
        assertEquals(0, API.get(path).expect(200).raw().body().length);
        API.get(path, "Range", "bytes=0-0").expect(416, "BG_E_INVALID_RANGE");
    }
}
