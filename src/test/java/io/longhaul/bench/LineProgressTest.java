package io.longhaul.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Progress in lines")
class LineProgressTest {
    private final StringWriter said = new StringWriter();
    private long now;
    private final LineProgress progress = new LineProgress(new PrintWriter(said), () -> now);

    @Test
    void is_told_every_five_seconds_and_at_the_end() {
        progress.begin("Transferred", 2000);
        progress.at(1, "");
        now += TimeUnit.SECONDS.toNanos(5);
        progress.at(1200, "3 wait after an error");
        progress.at(1300, "");
        now += TimeUnit.SECONDS.toNanos(4);
        progress.at(2000, "");
        progress.end();
        progress.end();
        assertEquals(
                List.of("Transferred 1,200 of 2,000 (3 wait after an error)", "Transferred 2,000 of 2,000"),
                said.toString().lines().toList());
    }
}
