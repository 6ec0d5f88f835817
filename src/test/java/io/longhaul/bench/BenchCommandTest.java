package io.longhaul.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.FreePort;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@DisplayName("The command line of bench")
class BenchCommandTest {
    @Test
    void refuses_numbers_that_make_no_sense() {
        assertEquals("--jobs must be at least 1, but is 0.", refusal("--jobs", "0"));
        assertEquals("--files must be at least 1, but is -1.", refusal("--files", "-1"));
        assertEquals("--size must not be negative, but is -1.", refusal("--size", "-1"));
        assertEquals("--batch-connections must be 1 to 64, but is 65.", refusal("--batch-connections", "65"));
        assertTrue(refusal("--jobs", "many").contains("--jobs"));
    }

    @Test
    void refuses_a_size_for_files_that_somebody_else_serves() {
        assertEquals(
                "--size is for files that this command serves, and --url-template names others.",
                refusal("--size", "10", "--url-template", "http://127.0.0.1:1/%d"));
    }

    @Test
    void refuses_an_api_that_is_no_url() {
        assertEquals("--api must be a URL as http://127.0.0.1:8080, but is localhost.", refusal("--api", "localhost"));
    }

    @Test
    void says_in_one_sentence_that_the_node_is_not_there() {
        var failure = new StringBuilder();
        String nowhere = "http://127.0.0.1:" + FreePort.find();
        new CommandLine(new BenchCommand())
                .setExecutionExceptionHandler((failed, command, parsed) -> {
                    failure.append(failed.getMessage());
                    return 1;
                })
                .execute("--jobs", "1", "--api", nowhere);
        assertEquals("The node at " + nowhere + " cannot be used: nobody listens there.", failure.toString());
    }

    private static String refusal(String... arguments) {
        var said = new StringBuilder();
        int code = new CommandLine(new BenchCommand())
                .setParameterExceptionHandler((wrong, given) -> {
                    said.append(wrong.getMessage());
                    return 2;
                })
                .execute(arguments);
        assertEquals(2, code);
        assertEquals(1, said.toString().lines().count(), said::toString);
        return said.toString();
    }
}
