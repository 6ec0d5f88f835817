package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayName("The log of failures that have one cause")
class FailureLogTest {
    @Test
    void has_one_line_in_an_interval_and_counts_the_others() {
        Logger logger = (Logger) LoggerFactory.getLogger("failures-under-test");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
        FailureLog log = new FailureLog(logger, Duration.ofNanos(10));
        log.failed("a", 100);
        log.failed("b", 105);
        log.failed("c", 109);
        log.failed("d", 110);
        assertEquals(
                List.of("a (0 others since the last line)", "d (2 others since the last line)"),
                lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }
}
