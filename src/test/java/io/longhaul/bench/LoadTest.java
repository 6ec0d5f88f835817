package io.longhaul.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.Origin;
import io.longhaul.testkit.TestNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command against a real node. */
@Tag("slow")
@DisplayName("A run of bench")
class LoadTest {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
    }

    @AfterAll
    static void end() {
        node.close();
    }

    @Test
    void takes_jobs_through_their_whole_life() throws Exception {
        Run run = run("--jobs", "30", "--owner", "whole", "--size", "100", "--batch-connections", "3");
        assertEquals(0, run.code(), run::said);
        assertTrue(run.said().contains("Completed 30 of 30"), run::said);
        assertEquals(30, count("owner=whole&state=ACKNOWLEDGED"));
        try (Stream<Path> files = Files.walk(node.files("whole"))) {
            assertEquals(
                    30,
                    files.filter(file -> file.toFile().length() == 100 && Files.isRegularFile(file))
                            .count());
        }
    }

    @Test
    void leaves_jobs_transferred_if_it_shall_and_uses_the_queue_that_it_is_given() {
        Run run = run("--jobs", "5", "--owner", "half", "--queue", "shared", "--no-complete");
        assertEquals(0, run.code(), run::said);
        assertFalse(run.said().contains("Completed"), run::said);
        assertEquals(5, count("queue=shared&state=TRANSFERRED"));
    }

    @Test
    void fails_when_a_job_is_refused() {
        Run run = run("--jobs", "2", "--url-template", "nonsense://127.0.0.1/%d");
        assertEquals(1, run.code(), run::said);
        assertTrue(run.said().matches("(?s).*refused +2\\b.*The first refusal: .*"), run::said);
    }

    @Test
    void fails_when_a_job_does() {
        try (Origin empty = Origin.http()) {
            Run run = run("--jobs", "2", "--url-template", empty.url("/%d"));
            assertEquals(1, run.code(), run::said);
            assertTrue(run.said().contains("Transferred 0 of 2 (2 failed)"), run::said);
            assertTrue(run.said().matches("(?s).*failed +2\\b.*One failure: BG_E_HTTP_ERROR_404, \\w.*"), run::said);
        }
    }

    private static long count(String filter) {
        return node.client("admin")
                .get("/v1/jobs/count?" + filter)
                .json()
                .path("total")
                .asLong();
    }

    private record Run(int code, String said) {}

    private static Run run(String... arguments) {
        var said = new StringWriter();
        List<String> all = new ArrayList<>(List.of("--api", node.node().api().toString()));
        all.addAll(List.of(arguments));
        int code = new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(said, true))
                .execute(all.toArray(String[]::new));
        return new Run(code, said.toString());
    }
}
