package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The description of the API")
class DescriptionTest {
    private static final ApiFixture API = new ApiFixture();

    @AfterAll
    static void stop() {
        API.close();
    }

    @Test
    void is_served() {
        assertEquals(
                "3.1.0",
                API.get("/v1/openapi.json").expect(200).json().get("openapi").asText());
    }

    @Test
    void has_every_route_that_is_there_and_no_other() {
        Set<String> mounted = API.routes.endpoints().stream()
                .map(endpoint ->
                        endpoint.method().value() + " " + endpoint.path().text())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(mounted, OpenApi.DOCUMENT.operations());
    }

    @Test
    void has_every_query_parameter() {
        for (Endpoint endpoint : API.routes.endpoints()) {
            Set<String> known = new TreeSet<>(endpoint.parameters());
            if (endpoint.filtered()) {
                known.addAll(Query.FILTERS);
                known.add("label.KEY");
            }
            assertEquals(
                    known,
                    OpenApi.DOCUMENT.query(
                            endpoint.method().value(), endpoint.path().text()),
                    endpoint.path().text());
        }
    }

    @Test
    void has_examples_that_are_what_they_exemplify() {
        assertEquals(List.of(), OpenApi.DOCUMENT.faultyExamples());
    }

    @Test
    void is_told_in_words_for_every_path() throws IOException {
        String page = Files.readString(Path.of("docs/reference/http-api.md"));
        for (String operation : OpenApi.DOCUMENT.operations())
            assertTrue(page.contains("`" + operation + "`"), operation + " is not in docs/reference/http-api.md");
    }
}
