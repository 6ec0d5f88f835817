package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.longhaul.api.ApiFixture.Reply;
import io.longhaul.job.JobId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A batch")
class BatchRoutesTest {
    private static final ApiFixture API = new ApiFixture();

    @AfterAll
    static void stop() {
        API.close();
    }

    private static List<JsonNode> send(String body, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/x-ndjson"));
        all.addAll(List.of(headers));
        Reply reply =
                API.post("/v1/jobs/batch", body, all.toArray(String[]::new)).expect(200);
        assertEquals("application/x-ndjson", reply.header("Content-Type"));
        List<JsonNode> answers = new ArrayList<>();
        for (String line : reply.text().lines().toList())
            answers.add(JsonMapper.builder().build().readTree(line));
        for (JsonNode answer : answers.subList(0, Math.min(20, answers.size())))
            assertEquals(List.of(), OpenApi.DOCUMENT.faults("BatchAnswer", answer));
        return answers;
    }

    @Test
    void answers_line_by_line_and_no_bad_line_stops_the_rest() throws IOException {
        List<JsonNode> answers = send("""
                {"displayName":"one"}

                {"displayName":"two","nothing":1}
                \t \r
                {"displayName":"three","resume":true}
                nonsense
                {"displayName":"%s"}
                {"displayName":"last"}""".formatted("x".repeat(ApiFixture.MAX_LINE)));
        assertEquals(
                List.of(0, 2, 4, 5, 6, 7),
                answers.stream().map(answer -> answer.get("line").asInt()).toList());
        assertTrue(JobId.parse(answers.get(0).get("id").asText()).isPresent());
        assertEquals("E_INVALIDARG", answers.get(1).at("/problem/code").asText());
        assertEquals("BG_E_EMPTY", answers.get(2).at("/problem/code").asText());
        assertEquals(409, answers.get(2).at("/problem/status").asInt());
        assertEquals("E_INVALIDARG", answers.get(3).at("/problem/code").asText());
        assertEquals("BG_E_TOO_LARGE", answers.get(4).at("/problem/code").asText());
        assertEquals(
                "last",
                API.get("/v1/jobs/" + answers.get(5).get("id").asText())
                        .expect(200)
                        .json()
                        .get("displayName")
                        .asText());
    }

    @Test
    void of_ten_thousand_lines_comes_back_in_order() throws IOException {
        Function<Integer, String> line = i -> i % 100 == 7 ? "{bad" : "{\"displayName\":\"job-" + i + "\"}";
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 10_000; i++) body.append(line.apply(i)).append('\n');
        List<JsonNode> answers = send(body.toString());
        assertEquals(10_000, answers.size());
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            JsonNode answer = answers.get(i);
            assertEquals(i, answer.get("line").asInt());
            assertEquals(i % 100 == 7, answer.has("problem"));
            if (answer.has("id")) {
                String id = answer.get("id").asText();
                ids.add(id);
                assertEquals("job-" + i, API.jobs.job(ApiFixture.id(id)).spec().displayName());
            }
        }
        assertEquals(9_900, ids.size());
    }

    @Test
    void with_a_key_names_the_same_jobs_when_it_is_sent_again() throws IOException {
        String body = "{\"displayName\":\"a\"}\n{\"displayName\":\"b\"}\n{bad\n";
        List<JsonNode> first = send(body, "Idempotency-Key", "batch");
        API.requests.loseAnswers(true);
        int jobs = API.jobs.all().size();
        assertEquals(first, send(body, "Idempotency-Key", "batch"));
        API.requests.loseAnswers(false);
        assertEquals(jobs, API.jobs.all().size());
        List<JsonNode> other = send("{\"displayName\":\"c\"}\n{\"displayName\":\"b\"}\n", "Idempotency-Key", "batch");
        assertEquals(422, other.get(0).at("/problem/status").asInt());
        assertEquals(first.get(1), other.get(1));
    }

    @Test
    void may_be_empty() throws IOException {
        assertEquals(List.of(), send(""));
        assertEquals(List.of(), send("\n\n"));
    }

    @Test
    void is_ndjson() {
        API.post("/v1/jobs/batch", "{\"displayName\":\"a\"}").expect(415, "E_INVALIDARG");
    }
}
