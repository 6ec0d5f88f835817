package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.entity.Transfers.Awaited.What;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The line of a run to its servers")
class LineTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @TempDir
    Path folder;

    private Line line() {
        Bench.Settings settings = new Bench.Settings();
        settings.connect = Duration.ofSeconds(10);
        settings.response = Duration.ofSeconds(20);
        settings.stall = Duration.ofSeconds(30);
        return new Line(settings.build(folder));
    }

    private static Optional<Line.Wait> waits(What what, long waited, long left) {
        return Optional.of(new Line.Wait(what, waited * SECOND, left * SECOND));
    }

    @Test
    void says_what_it_waits_for_since_when_and_for_how_long_at_most() {
        Line line = line();
        assertEquals(Optional.empty(), line.waits(0));
        line.connecting(100 * SECOND);
        assertEquals(waits(What.CONNECTION, 4, 26), line.waits(104 * SECOND));
        line.awaitingAnswer(105 * SECOND);
        assertEquals(waits(What.ANSWER, 0, 20), line.waits(105 * SECOND));
        line.receivingBody(110 * SECOND);
        line.received(2000, 111 * SECOND);
        assertEquals(waits(What.BYTES, 9, 21), line.waits(120 * SECOND));
    }

    @Test
    void waits_for_no_bytes_while_they_flow() {
        Line line = line();
        line.receivingBody(0);
        assertEquals(Optional.empty(), line.waits(SECOND - 1));
        line.received(10, SECOND);
        assertEquals(waits(What.BYTES, 1, 29), line.waits(SECOND), "ten bytes are as good as none");
        line.received(2000, SECOND);
        assertEquals(Optional.empty(), line.waits(SECOND));
    }

    @Test
    void waits_for_nothing_once_it_is_free_or_cut() {
        Line line = line();
        line.awaitingAnswer(0);
        line.idle();
        assertEquals(Optional.empty(), line.waits(SECOND));
        line.awaitingAnswer(0);
        line.tick(20 * SECOND);
        assertEquals(Line.Cut.RESPONSE_TIMEOUT, line.cut());
        assertEquals(Optional.empty(), line.waits(20 * SECOND));
    }

    @Test
    void waits_for_others_aside_in_time_that_is_not_the_servers() {
        Line line = line();
        line.connecting(0);
        Line aside = line.aside(10 * SECOND);
        aside.awaitingAnswer(10 * SECOND);
        assertEquals(waits(What.REVOCATIONS, 15, 15), line.waits(25 * SECOND));
        line.tick(29 * SECOND);
        assertEquals(null, aside.cut());
        line.tick(40 * SECOND);
        assertEquals(Line.Cut.CONNECT_TIMEOUT, aside.cut());
        assertEquals(null, line.cut());
        line.back(41 * SECOND);
        assertEquals(waits(What.CONNECTION, 10, 20), line.waits(41 * SECOND));
    }

    @Test
    void is_cut_together_with_the_line_aside() {
        Line line = line();
        Line aside = line.aside(0);
        line.stop();
        assertEquals(Line.Cut.STOPPED, aside.cut());
        line.back(0);
        assertEquals(Line.Cut.STOPPED, line.aside(0).cut());
    }
}
