package io.longhaul.transfer;

import static io.longhaul.testkit.JobFixtures.START;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostPlaces.Answers;
import io.longhaul.entity.Hosts.Lately;
import io.longhaul.testkit.TestClock;
import io.longhaul.transfer.HostAnswers.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The answers of a remote host")
class HostAnswersTest {
    private final List<String> told = new ArrayList<>();
    private final HostAnswers answers = new HostAnswers(
            new AdmissionControl(3, 2, 2, (queue, host) -> {}, (queue, rivals) -> {}, told::add, new TestClock()));

    private static Answer answer(int status, @Nullable String retryAfter) {
        return new Answer(status, 0L, null, null, null, null, null, retryAfter, null, null, null);
    }

    @ParameterizedTest
    @CsvSource({
        "200, GOOD",
        "206, GOOD",
        "302, GOOD",
        "404, GOOD",
        "416, GOOD",
        "408, ERROR",
        "500, ERROR",
        "502, ERROR",
        "504, ERROR",
        "429, SLOWED",
        "503, SLOWED"
    })
    void are_good_unless_the_server_is_at_fault(int status, Outcome outcome) {
        assertEquals(outcome, HostAnswers.of(status));
    }

    @Test
    void are_counted_and_told_at_once_where_they_ask_for_less() {
        answers.answered("a:80", answer(200, null), START);
        answers.answered("a:80", answer(500, null), START);
        assertEquals(List.of(), told);
        answers.answered("a:80", answer(503, null), START);
        answers.broken("a:80", START);
        assertEquals(new Answers(4, 3, 1), answers.of("a:80"));
        assertEquals(Answers.NONE, answers.of("b:80"));
        assertEquals(List.of("a:80"), told);
    }

    @ParameterizedTest
    @CsvSource({"429, 30, 30", "503, 30, 30", "503, 999999999, 86400", "503, 0,", "503, soon,", "500, 30,", "429,,"})
    void close_the_host_where_they_say_until_when(int status, @Nullable String retryAfter, @Nullable Long seconds) {
        Optional<Duration> wait = HostAnswers.closure(answer(status, retryAfter), START)
                .map(HostClosure::until)
                .map(until -> Duration.between(START, until));
        assertEquals(Optional.ofNullable(seconds).map(Duration::ofSeconds), wait);
    }

    @Test
    void of_the_last_five_minutes_are_told_apart() {
        answers.answered("a:80", answer(500, null), START);
        answers.answered("a:80", answer(200, null), START.plusSeconds(60));
        answers.answered("a:80", answer(500, null), START.plusSeconds(299));
        assertEquals(new Lately(3, 2), answers.lately(START.plusSeconds(299)).get("a:80"));
        assertEquals(new Lately(2, 1), answers.lately(START.plusSeconds(300)).get("a:80"));
        answers.answered("a:80", answer(200, null), START.plusSeconds(300));
        assertEquals(new Lately(3, 1), answers.lately(START.plusSeconds(300)).get("a:80"));
        assertEquals(Map.of(), answers.lately(START.plusSeconds(900)));
    }

    @Test
    void are_forgotten_when_nobody_has_asked_for_long() {
        answers.answered("a:80", answer(200, null), START);
        answers.answered("b:80", answer(200, null), START.plusSeconds(60));
        answers.forgetOld(START.plusSeconds(601));
        assertEquals(Answers.NONE, answers.of("a:80"));
        assertEquals(1, answers.of("b:80").requests());
    }
}
