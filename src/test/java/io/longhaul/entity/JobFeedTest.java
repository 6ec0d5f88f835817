package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.JobFeed.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The feed")
class JobFeedTest {
    private final JobFeed feed = new JobFeed();
    private final AtomicInteger told = new AtomicInteger();

    @Test
    void tells_when_it_is_heard_and_was_not_before() {
        feed.whenHeard(told::incrementAndGet);
        Subscription first = feed.subscribe(notice -> {});
        Subscription second = feed.subscribe(notice -> {});
        assertEquals(1, told.get());
        first.close();
        first.close(); // twice does no harm
        assertTrue(feed.isHeard());
        feed.subscribe(notice -> {}).close();
        assertEquals(1, told.get());
        second.close();
        assertFalse(feed.isHeard());
        feed.subscribe(notice -> {});
        assertEquals(2, told.get());
    }
}
