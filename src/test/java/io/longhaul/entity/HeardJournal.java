package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.Job;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Remembers how jobs fared with the journal. */
final class HeardJournal implements JournalListener {
    /** What happened to a job at once, by the sequences of its states. */
    record Written(long before, List<Long> after) {}

    /** The sequence of each; 0: there was no job. */
    private final Queue<Long> read = new ConcurrentLinkedQueue<>();

    private final Queue<Written> written = new ConcurrentLinkedQueue<>();
    private final AtomicInteger notWritten = new AtomicInteger();

    Queue<Long> read() {
        return read;
    }

    Queue<Written> written() {
        return written;
    }

    int refusals() {
        return notWritten.get();
    }

    @Override
    public void read(@Nullable Job job, Duration took) {
        assertTrue(took.isPositive());
        read.add(sequence(job));
    }

    @Override
    public void notRead() {
        throw new AssertionError("every history reads");
    }

    @Override
    public void written(@Nullable Job before, List<Step> steps) {
        written.add(new Written(
                sequence(before),
                steps.stream().map(step -> step.after().sequence()).toList()));
    }

    @Override
    public void notWritten() {
        notWritten.incrementAndGet();
    }

    private static long sequence(@Nullable Job job) {
        return Optional.ofNullable(job).map(Job::sequence).orElse(0L);
    }
}
