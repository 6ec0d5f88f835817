package io.longhaul.entity;

import io.longhaul.job.Priority;
import io.longhaul.job.StateName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The numbers of the whole cluster, at a look that costs little however many jobs there are. */
public interface Census {
    /**
     * Takes it now.
     *
     * @param mostQueues so many of the deepest queues are told apart
     * @param finalUntil jobs that have been final for that long are over
     */
    CompletionStage<Figures> take(int mostQueues, Instant finalUntil);

    /**
     * The numbers.
     *
     * @param oldestQueued since when the job waits that has waited longest for a slice; null: none waits
     * @param over jobs that are over and still there, counted up to {@link #MOST_OVER}
     * @param longestOver since when the one has been final that has been so for longest; null: there is none
     * @param oldestNotification of the oldest event of which an owner is still to be told; null: there is none
     */
    record Figures(
            Map<StateName, Long> byState,
            List<Depth> depths,
            @Nullable Instant oldestQueued,
            long over,
            @Nullable Instant longestOver,
            @Nullable Instant oldestNotification) {
        public static final int MOST_OVER = 100_000;

        public Figures {
            byState = Map.copyOf(byState);
            depths = List.copyOf(depths);
        }
    }

    /**
     * How many jobs of a queue wait.
     *
     * @param queue null: all the others together
     */
    record Depth(@Nullable String queue, Priority priority, long jobs) {}
}
