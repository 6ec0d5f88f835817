package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The log of failures that have one cause")
class FailureLogTest {
    @Test
    void has_one_line_in_an_interval_and_counts_the_others() {
        List<String> lines = new ArrayList<>();
        FailureLog log = new FailureLog(lines::add, Duration.ofNanos(10));
        log.failed("a", 100);
        log.failed("b", 105);
        log.failed("c", 109);
        log.failed("d", 110);
        assertEquals(List.of("a (0 others since the last line)", "d (2 others since the last line)"), lines);
    }
}
