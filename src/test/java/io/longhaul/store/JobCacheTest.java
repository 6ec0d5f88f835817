package io.longhaul.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Priority;
import io.longhaul.testkit.Histories;
import io.longhaul.testkit.JobFixtures;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The cache of jobs that the index follows")
class JobCacheTest {
    private static final int WEIGHT = 4 + 1;

    @Test
    void forgets_the_job_first_to_which_nothing_has_happened_for_longest() {
        JobCache cache = new JobCache(3 * WEIGHT);
        for (int i = 0; i < 3; i++) cache.put(job(i));
        assertNotNull(cache.get(id(0)));
        cache.put(job(3));
        assertNotNull(cache.get(id(0)));
        assertNull(cache.get(id(1)));
    }

    @Test
    void forgets_a_job_that_is_over() {
        JobCache cache = new JobCache(3 * WEIGHT);
        cache.put(job(0));
        cache.put(Histories.fold(id(0), Histories.life(spec(), Histories.BEGIN)));
        assertNull(cache.get(id(0)));
    }

    @Test
    void is_as_large_as_the_heap_allows() {
        assertEquals(3, held(JobCache.in(3L * WEIGHT * 400 * 32)));
        assertEquals(120_000 / WEIGHT, held(JobCache.in(Long.MAX_VALUE)));
    }

    private static long held(JobCache cache) {
        int more = 120_000 / WEIGHT + 10;
        for (int i = 0; i < more; i++) cache.put(job(i));
        return IntStream.range(0, more).filter(i -> cache.get(id(i)) != null).count();
    }

    private static Job job(int number) {
        return Histories.fold(
                id(number), List.of(Histories.created(Histories.BEGIN, spec(), "https://origin.example/a")));
    }

    private static JobSpec spec() {
        return Histories.spec("anna", "q", Priority.NORMAL, "x", Map.of());
    }

    private static JobId id(int number) {
        return JobFixtures.id(number);
    }
}
