package io.longhaul.scheduler;

import io.longhaul.entity.QueueContents;
import io.longhaul.entity.QueueContents.LoggedOff;
import io.longhaul.job.Owner;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The owners who are logged off, as this node knows them. All its schedulers go by this one memory: what any read finds
 * holds at once for each of them, also for one that has no job yet and is told nothing.
 */
final class Sessions {
    private final QueueContents contents;
    private final AtomicLong reads = new AtomicLong();
    private final AtomicReference<Known> known = new AtomicReference<>(new Known(0, Set.of()));

    /** What the read of this number found; they are numbered as they begin. */
    private record Known(long read, Set<LoggedOff> away) {
        /** Reads overtake one another, and only one that began later surely knows of all that this one does. */
        Known or(Known other) {
            if (other.read() < read) return this;
            // An equal set stays the same object: then it costs a scheduler nothing to see that nothing has changed
            return other.away().equals(away) ? new Known(other.read(), away) : other;
        }
    }

    Sessions(QueueContents contents) {
        this.contents = contents;
    }

    Set<LoggedOff> away() {
        return known.get().away();
    }

    /** Looks again; complete once all that was on disk before the call is known. */
    CompletionStage<Void> read() {
        long number = reads.incrementAndGet();
        return contents.loggedOff().thenAccept(away -> known.accumulateAndGet(new Known(number, away), Known::or));
    }

    /** Complete once it is on disk and known. */
    CompletionStage<Void> logOff(Owner owner, Instant at) {
        return contents.setLoggedOff(owner, at).thenCompose(stored -> read());
    }

    /** Complete once it is on disk and known. */
    CompletionStage<Void> logOn(Owner owner) {
        return contents.setLoggedOn(owner).thenCompose(stored -> read());
    }
}
