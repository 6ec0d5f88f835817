package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.JobFeed.Notice;
import io.longhaul.job.Job;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.job.StateName;
import io.longhaul.testkit.Histories;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a watcher of many jobs has heard")
class HeardTest {
    private static final long NOW = -5; // System.nanoTime may be anything

    private final Heard heard = new Heard(notice -> notice.job().spec().queue().equals("mine"));

    private static Notice.Happened created(long number, String queue) {
        Recorded created =
                Histories.created(Histories.BEGIN, Histories.spec("alice", queue, Priority.NORMAL, "x", Map.of()));
        Job job = Job.evolve(null, Histories.id(number), created);
        return new Notice.Happened(job, 1, created, StateName.SUSPENDED);
    }

    private static EventId event(long number) {
        return new EventId(Histories.id(number), 1);
    }

    @Test
    void is_told_once_and_says_what_is_not_meant() {
        heard.hear(created(1, "mine"), NOW);
        heard.hear(created(2, "other"), NOW);
        assertEquals(Histories.id(1), heard.take(event(1)).orElseThrow().meant().id());
        assertEquals(Optional.empty(), heard.take(event(1)));
        assertNull(heard.take(event(2)).orElseThrow().meant());
        assertEquals(Optional.empty(), heard.take(event(3)));
    }

    @Test
    void is_news_while_it_is_fresh_and_meant() {
        heard.hear(created(1, "other"), NOW);
        assertFalse(heard.hasNews(NOW));
        heard.hear(created(2, "mine"), NOW);
        assertTrue(heard.hasNews(NOW));
        assertTrue(heard.hasNews(NOW + Heard.FRESH.toNanos() - 1));
        assertFalse(heard.hasNews(NOW + Heard.FRESH.toNanos()));
    }

    @Test
    void is_news_before_much_of_it_is_forgotten() {
        for (int number = 0; number <= Heard.MOST / 2; number++) heard.hear(created(number, "other"), NOW);
        assertTrue(heard.hasNews(NOW));
        for (int number = 0; number <= Heard.MOST; number++) heard.hear(created(number, "other"), NOW);
        assertEquals(Optional.empty(), heard.take(event(0)));
        assertTrue(heard.take(event(1)).isPresent());
    }

    @Test
    void is_forgotten_where_nobody_asks_for_it() {
        heard.hear(created(1, "mine"), NOW);
        heard.hear(created(2, "mine"), NOW + Heard.KEPT.toNanos() + 1);
        assertEquals(Optional.empty(), heard.take(event(1)));
        assertTrue(heard.take(event(2)).isPresent());
    }
}
