package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.api.json.Json;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SecretReader;
import io.longhaul.codec.SecretValue;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobSpec;
import io.longhaul.testkit.TestAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The secrets of a job")
class SecretRoutesTest {
    private static final String BASIC = "{\"scheme\":\"BASIC\",\"userName\":\"anna\",\"password\":\"open sesame\"}";

    private final ApiFixture api = new ApiFixture();

    @AfterEach
    void stop() {
        api.close();
    }

    private JobSpec spec(String id) {
        return api.jobs.job(ApiFixture.id(id)).spec();
    }

    private String credentials(String id, String target) {
        return "/v1/jobs/" + id + "/credentials/" + target;
    }

    @Test
    void go_in_and_are_never_read_back() {
        String id = api.create("a", 1, false);
        api.send("PUT", credentials(id, "SERVER"), BASIC).expect(204);
        JsonNode job = api.get("/v1/jobs/" + id).expect(200).json();
        assertEquals(
                "[{\"target\":\"SERVER\",\"scheme\":\"BASIC\"}]",
                job.get("credentials").toString());
        assertFalse(job.toString().contains("sesame"));
        assertFalse(job.toString().contains("anna"));
        assertFalse(spec(id).toString().contains("sesame"));
        assertEquals(spec(id).secrets(), api.secrets.all());
    }

    @Test
    void are_replaced_and_removed_by_their_kind() {
        String id = api.create("a", 1, false);
        api.send("PUT", credentials(id, "SERVER"), BASIC).expect(204);
        Set<UUID> first = spec(id).secrets();
        api.send("PUT", credentials(id, "SERVER"), BASIC).expect(204);
        assertNotEquals(first, spec(id).secrets());
        api.send("PUT", credentials(id, "PROXY"), BASIC.replace("BASIC", "DIGEST"))
                .expect(204);
        api.send("PUT", credentials(id, "PROXY"), BASIC.replace("BASIC", "NTLM"))
                .expect(204);
        assertEquals(3, spec(id).httpOptions().credentials().size());
        api.send("DELETE", credentials(id, "PROXY") + "?scheme=NTLM", null).expect(204);
        assertEquals(2, spec(id).httpOptions().credentials().size());
        api.send("DELETE", credentials(id, "SERVER"), null).expect(204);
        assertEquals(
                "[{\"target\":\"PROXY\",\"scheme\":\"DIGEST\"}]",
                api.get("/v1/jobs/" + id).json().get("credentials").toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "HOST   | {'scheme':'BASIC','userName':'a','password':'b'}   | 400 | BG_E_INVALID_AUTH_TARGET",
                "SERVER | {'scheme':'MAGIC','userName':'a','password':'b'}   | 400 | BG_E_INVALID_AUTH_SCHEME",
                "SERVER | {'scheme':'PASSPORT','userName':'a','password':'b'}| 501 | E_NOTIMPL",
                "SERVER | {'scheme':'BASIC','userName':'a'}                  | 400 | E_INVALIDARG",
                "SERVER | {'scheme':'NTLM','userName':null,'password':null}  | 400 | E_INVALIDARG",
                "SERVER | {'userName':'a','password':'b'}                    | 400 | E_INVALIDARG",
                "SERVER | {'scheme':'BASIC','userName':'a','password':'b','realm':'x'} | 400 | E_INVALIDARG",
                "SERVER | {'scheme':'NEGOTIATE','userName':'A\\\\b','password':'c'} | 400 | BG_E_INVALID_CREDENTIALS",
                "SERVER | {'scheme':'NEGOTIATE','userName':'','password':'c'} | 400 | BG_E_INVALID_CREDENTIALS",
                "SERVER | {'scheme':'BASIC','userName':'a:b','password':'c'} | 400 | BG_E_INVALID_CREDENTIALS"
            })
    void are_refused_where_they_make_no_sense(String target, String body, int status, String code) {
        String id = api.create("a", 1, false);
        api.send("PUT", credentials(id, target.strip()), body.replace('\'', '"'))
                .expect(status, code);
        assertEquals(Set.of(), api.secrets.all());
    }

    @Test
    void have_bits_limits_of_length() {
        String id = api.create("a", 1, false);
        String fits = "{\"scheme\":\"BASIC\",\"userName\":\"" + "u".repeat(300) + "\",\"password\":\"p\"}";
        api.send("PUT", credentials(id, "SERVER"), fits).expect(204);
        api.send("PUT", credentials(id, "SERVER"), fits.replace("\"p\"", "\"" + "p".repeat(19_000) + "\""))
                .expect(204);
        api.send("PUT", credentials(id, "SERVER"), fits.replace("uu", "uuu")).expect(400, "BG_E_USERNAME_TOO_LARGE");
        String smile = "\uD83D\uDE00"; // one character
        api.send("PUT", credentials(id, "SERVER"), fits.replace("u".repeat(300), smile.repeat(300)))
                .expect(204);
        api.send("PUT", credentials(id, "SERVER"), fits.replace("u".repeat(300), smile.repeat(301)))
                .expect(400, "BG_E_USERNAME_TOO_LARGE");
        // No body of this API's is as long as the longest password
        String longest = fits.replace("\"p\"", "\"" + "p".repeat(65_535) + "\"");
        assertEquals(65_535, password(longest).length());
        Refusal refusal = assertThrows(Refusal.class, () -> password(longest.replace("ppp", "pppp")));
        assertEquals(BitsError.BG_E_PASSWORD_TOO_LARGE, refusal.code());
    }

    private static String password(String body) {
        return SecretReader.credentials(Json.read(body.getBytes(StandardCharsets.UTF_8)))
                .login()
                .password();
    }

    @Test
    void are_for_the_owner_alone_and_need_a_key() {
        String id = api.create("a", 1, false);
        api.send("PUT", credentials(id, "SERVER"), BASIC, "X-Longhaul-Owner", "root")
                .expect(403, "E_ACCESSDENIED");
        api.secrets.loseKey();
        api.send("PUT", credentials(id, "SERVER"), BASIC).expect(501, "E_NOTIMPL");
        api.post(
                        "/v1/jobs",
                        "{\"displayName\":\"h\",\"customHeadersWriteOnly\":true,\"customHeaders\":{\"X-Key\":\"1\"}}")
                .expect(501, "E_NOTIMPL");
        assertEquals(Set.of(), api.secrets.all());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PATCH |                        | {'proxy':{'usage':'OVERRIDE','list':'evil.example:80'}}",
                "PATCH |                        | {'securityFlags':['IGNORE_UNKNOWN_CA']}",
                "PATCH |                        | {'redirectPolicy':'ALLOW_REPORT'}",
                "PATCH | /files/0               | {'remoteName':'http://evil.example/a'}",
                "PATCH | /files/0               | {'remoteNames':['http://files.example/a','http://evil.example/a']}",
                "POST  | /files                 | {'remoteName':'http://evil.example/a','localName':'evil'}",
                "POST  | /replace-remote-prefix | {'oldPrefix':'http','newPrefix':'http://evil.example/?'}"
            })
    void are_sent_where_the_owner_says_alone(String method, String path, String quoted) {
        String id = api.create("a", 1, false);
        api.send("PUT", credentials(id, "SERVER"), BASIC).expect(204);
        String job = "/v1/jobs/" + id;
        String target = job + (path == null ? "" : path);
        String body = quoted.replace('\'', '"');
        api.send(method, target, body, "X-Longhaul-Owner", "root").expect(403, "E_ACCESSDENIED");
        api.send("PATCH", job, "{'priority':'LOW','securityFlags':null}".replace('\'', '"'), "X-Longhaul-Owner", "root")
                .expect(200);
        api.send("POST", job + "/take-ownership", null, "X-Longhaul-Owner", "root")
                .expect(200);
        assertEquals(Set.of(), spec(id).secrets());
        api.send(method, target, body, "X-Longhaul-Owner", "root")
                .expect(path != null && path.equals("/files") ? 201 : 200);
    }

    @Test
    void that_a_job_does_not_have_keep_no_administrator_from_changing_it() {
        String id = api.create("a", 1, false);
        api.send(
                        "PATCH",
                        "/v1/jobs/" + id + "/files/0",
                        "{\"remoteName\":\"http://b.example/\"}",
                        "X-Longhaul-Owner",
                        "root")
                .expect(200);
        api.send("PUT", credentials(id, "SERVER"), BASIC).expect(204);
        api.patch("/v1/jobs/" + id + "/files/0", "{\"remoteName\":\"http://c.example/\"}")
                .expect(200);
    }

    @Test
    void of_a_final_job_cannot_be_set_and_are_not_kept() {
        String id = api.create("a", 1, false);
        api.post("/v1/jobs/" + id + "/cancel", null).expect(200);
        api.send("PUT", credentials(id, "SERVER"), BASIC).expect(409, "BG_E_INVALID_STATE");
        assertEquals(Set.of(), api.secrets.all());
        api.send("PUT", credentials("0193a5c0-7d3e-7c41-9a52-3f0d6b1e8a77", "SERVER"), BASIC)
                .expect(404, "BG_E_NOT_FOUND");
    }

    @Test
    void are_headers_that_were_write_only_from_the_beginning() {
        String id = api.create(
                "a", 1, false, ",\"customHeadersWriteOnly\":true,\"customHeaders\":{\"X-Key\":\"open sesame\"}");
        JsonNode job = api.get("/v1/jobs/" + id).json();
        assertTrue(job.get("customHeadersWriteOnly").asBoolean());
        assertEquals("{}", job.get("customHeaders").toString());
        assertFalse(spec(id).toString().contains("sesame"));
        assertEquals(Map.of("X-Key", "open sesame"), headers(id));
        api.patch("/v1/jobs/" + id, "{\"customHeaders\":{\"X-Site\":\"7\"}}").expect(200);
        assertEquals(Map.of("X-Key", "open sesame", "X-Site", "7"), headers(id));
        assertEquals(Map.of(), spec(id).customHeaders());
        api.patch("/v1/jobs/" + id, "{\"customHeaders\":{\"X-Key\":null}}").expect(200);
        assertEquals(Map.of("X-Site", "7"), headers(id));
        api.patch("/v1/jobs/" + id, "{\"customHeaders\":{\"Host\":\"x\"}}").expect(400, "E_INVALIDARG");
        api.patch("/v1/jobs/" + id, "{\"customHeaders\":null}").expect(200);
        assertEquals(Set.of(), spec(id).secrets());
    }

    @Test
    void are_headers_once_they_become_write_only_and_for_good() {
        String id = api.create("a", 1, false, ",\"customHeaders\":{\"X-Key\":\"1\"}");
        api.patch("/v1/jobs/" + id, "{\"customHeadersWriteOnly\":true}").expect(200);
        assertEquals("{}", api.get("/v1/jobs/" + id).json().get("customHeaders").toString());
        assertEquals(Map.of("X-Key", "1"), headers(id));
        api.patch("/v1/jobs/" + id, "{\"customHeadersWriteOnly\":false}").expect(409, "BG_E_READ_ONLY_PROPERTY");
        api.patch("/v1/jobs/" + id, "{\"description\":\"d\"}").expect(200);
        assertEquals(Map.of("X-Key", "1"), headers(id));
    }

    private Map<String, String> headers(String id) {
        UUID kept = spec(id).httpOptions().headers();
        byte[] bytes = api.secrets
                .read(ApiFixture.id(id), spec(id).owner(), kept)
                .toCompletableFuture()
                .join();
        return SecretValue.of(bytes, SecretValue.Headers.class).headers();
    }

    /** The new headers are those of before and what the patch names: so a patch that came between is not lost. */
    @Test
    void are_headers_that_many_patch_at_once() {
        String id = api.create("a", 1, false, ",\"customHeadersWriteOnly\":true,\"customHeaders\":{\"X-0\":\"0\"}");
        api.jobs.meanwhile(() -> patchHeaders(id, "X-1").expect(200));
        patchHeaders(id, "X-2").expect(200);
        assertEquals(Set.of("X-0", "X-1", "X-2"), headers(id).keySet());
        assertEquals(3, api.secrets.all().size()); // one for each of the three that the job had, none of the refused
    }

    /** What the job no longer names is forgotten at once, and that is no reason to call it lost. */
    @Test
    void are_headers_that_another_patch_has_replaced_and_forgotten() {
        String id = api.create("a", 1, false, ",\"customHeadersWriteOnly\":true,\"customHeaders\":{\"X-0\":\"0\"}");
        Set<UUID> before = spec(id).secrets();
        api.jobs.meanwhile(() -> {
            patchHeaders(id, "X-1").expect(200);
            api.secrets.forget(ApiFixture.id(id), before);
        });
        patchHeaders(id, "X-2").expect(200);
        assertEquals(Set.of("X-0", "X-1", "X-2"), headers(id).keySet());
        api.secrets.forget(ApiFixture.id(id), spec(id).secrets());
        patchHeaders(id, "X-3").expect(503, "ERROR_SERVICE_UNAVAILABLE");
    }

    /** Whichever comes first, nothing of it is lost, and nothing may be read that is to be secret. */
    @Test
    void are_headers_that_are_set_while_they_become_write_only() {
        String first = api.create("a", 1, false, ",\"customHeaders\":{\"X-0\":\"0\"}");
        api.jobs.meanwhile(() -> patchHeaders(first, "X-1").expect(200));
        api.patch("/v1/jobs/" + first, "{\"customHeadersWriteOnly\":true}").expect(200);
        assertEquals(Set.of("X-0", "X-1"), headers(first).keySet());
        String second = api.create("b", 1, false, ",\"customHeaders\":{\"X-0\":\"0\"}");
        api.jobs.meanwhile(() -> api.patch("/v1/jobs/" + second, "{\"customHeadersWriteOnly\":true}")
                .expect(200));
        patchHeaders(second, "X-1").expect(200);
        assertEquals(Set.of("X-0", "X-1"), headers(second).keySet());
        assertEquals(Map.of(), spec(second).customHeaders());
    }

    @Test
    void are_refused_where_others_are_faster_for_ever() {
        String id = api.create("a", 1, false, ",\"customHeadersWriteOnly\":true,\"customHeaders\":{\"X-0\":\"0\"}");
        AtomicInteger others = new AtomicInteger();
        api.jobs.meanwhile(() -> faster(id, others));
        patchHeaders(id, "X-1").expect(409, "E_CHANGED_STATE");
        assertTrue(headers(id).keySet().contains("X-Other-" + others));
        assertFalse(headers(id).keySet().contains("X-1"));
    }

    private void faster(String id, AtomicInteger others) {
        patchHeaders(id, "X-Other-" + others.incrementAndGet()).expect(200);
        api.jobs.meanwhile(() -> faster(id, others));
    }

    private ApiFixture.Reply patchHeaders(String id, String name) {
        return api.patch("/v1/jobs/" + id, "{\"customHeaders\":{\"" + name + "\":\"x\"}}");
    }

    /** TakeOwnership leaves no secret of the old owner's, and none comes later. */
    @Test
    void of_a_job_that_is_taken_over_meanwhile_are_not_set() {
        for (String body : List.of(BASIC, "{\"customHeaders\":{\"X-1\":\"1\"}}")) {
            String id = api.create("a", 1, false, ",\"customHeadersWriteOnly\":true,\"customHeaders\":{\"X-0\":\"0\"}");
            api.jobs.meanwhile(() -> api.post("/v1/jobs/" + id + "/take-ownership", null, "X-Longhaul-Owner", "root")
                    .expect(200));
            ApiFixture.Reply late = body.equals(BASIC)
                    ? api.send("PUT", credentials(id, "SERVER"), body)
                    : api.patch("/v1/jobs/" + id, body);
            late.expect(403, "E_ACCESSDENIED");
            assertEquals("root", spec(id).owner().name());
            assertEquals(Set.of(), spec(id).secrets());
            assertEquals(Map.of(), spec(id).customHeaders());
        }
    }

    @Test
    void are_client_certificates(@TempDir Path folder) throws IOException {
        new TestAuthority().writeIdentity(folder, "anna");
        new TestAuthority().writeIdentity(folder, "ben");
        String certificate = Files.readString(folder.resolve("anna.crt"));
        String pem = certificate + Files.readString(folder.resolve("anna.key"));
        String id = api.create("a", 1, false);
        String path = "/v1/jobs/" + id + "/client-certificate";
        api.send("PUT", path, pemBody(pem)).expect(204);
        JsonNode job = api.get("/v1/jobs/" + id).json();
        assertTrue(job.at("/clientCertificate/name").isNull());
        assertEquals(spec(id).secrets(), api.secrets.all());
        api.send("PUT", path, pemBody(certificate)).expect(400, "E_INVALIDARG");
        api.send("PUT", path, pemBody(certificate + Files.readString(folder.resolve("ben.key"))))
                .expect(400, "E_INVALIDARG");
        api.send("PUT", path, "{\"pkcs12\":\"AAAA\",\"password\":\"x\"}").expect(400, "E_INVALIDARG");
        api.send("DELETE", path, null).expect(204);
        assertTrue(api.get("/v1/jobs/" + id).json().get("clientCertificate").isNull());
    }

    private static String pemBody(String pem) {
        return "{\"pem\":\"" + pem.replace("\n", "\\n") + "\"}";
    }

    @Test
    void are_headers_whose_names_are_the_same_in_any_case() {
        String id = api.create(
                "a", 1, false, ",\"customHeadersWriteOnly\":true,\"customHeaders\":{\"X-Key\":\"1\",\"X-Site\":\"7\"}");
        api.patch("/v1/jobs/" + id, "{\"customHeaders\":{\"x-key\":\"2\",\"x-site\":null}}")
                .expect(200);
        assertEquals(Map.of("x-key", "2"), headers(id));
        api.patch("/v1/jobs/" + id, "{\"customHeaders\":{\"X-Key\":\"3\",\"x-key\":null}}")
                .expect(400, "E_INVALIDARG");
    }

    @Test
    void leave_the_other_options_alone() {
        String id = api.create(
                "a",
                1,
                false,
                ",\"httpMethod\":\"POST\",\"proxy\":{\"usage\":\"OVERRIDE\",\"list\":\"proxy:3128\"},"
                        + "\"securityFlags\":[\"IGNORE_UNKNOWN_CA\",\"ENABLE_CRL_CHECK\",\"IGNORE_UNKNOWN_CA\"],"
                        + "\"redirectPolicy\":\"DISALLOW\",\"clientCertificate\":{\"name\":\"site\"}");
        api.send("PUT", credentials(id, "PROXY"), BASIC).expect(204);
        JsonNode job = api.get("/v1/jobs/" + id).json();
        assertEquals("FOREGROUND", job.get("priority").asText());
        assertEquals("proxy:3128", job.at("/proxy/list").asText());
        assertEquals(
                "[\"ENABLE_CRL_CHECK\",\"IGNORE_UNKNOWN_CA\"]",
                job.get("securityFlags").toString());
        assertEquals("DISALLOW", job.get("redirectPolicy").asText());
        assertEquals("site", job.at("/clientCertificate/name").asText());
        api.patch(
                        "/v1/jobs/" + id,
                        "{\"proxy\":null,\"securityFlags\":null,\"redirectPolicy\":null,\"httpMethod\":null}")
                .expect(200);
        job = api.get("/v1/jobs/" + id).json();
        assertEquals("PRECONFIG", job.at("/proxy/usage").asText());
        assertEquals("[]", job.get("securityFlags").toString());
        assertEquals("GET", job.get("httpMethod").asText());
        assertEquals(1, job.get("credentials").size());
    }
}
