package io.longhaul.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the file store says after Complete or Cancel. */
public sealed interface StoreReport extends JobCommand {
    /**
     * What Complete could do.
     *
     * @param available indexes of the files that have their final name now
     * @param error why not all of them have; null where all have
     * @param allDeleted whether every temporary file of an unfinished file is gone
     */
    record Published(List<Integer> available, @Nullable JobError error, boolean allDeleted) implements StoreReport {
        public Published {
            available = List.copyOf(available);
        }
    }

    /**
     * What Cancel could do.
     *
     * @param allDeleted whether every temporary file is gone
     */
    record Discarded(boolean allDeleted) implements StoreReport {}
}
