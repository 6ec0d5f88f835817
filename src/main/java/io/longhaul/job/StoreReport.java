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
     * @param replaced indexes of the files that took the place of one that had the name before, also where that is not on
     *     disk for sure
     */
    record Published(List<Integer> available, @Nullable JobError error, boolean allDeleted, List<Integer> replaced)
            implements StoreReport {
        public Published {
            available = List.copyOf(available);
            replaced = List.copyOf(replaced);
        }

        /** Where nothing had the names before. */
        public Published(List<Integer> available, @Nullable JobError error, boolean allDeleted) {
            this(available, error, allDeleted, List.of());
        }
    }

    /**
     * What Cancel could do.
     *
     * @param allDeleted whether every temporary file is gone
     */
    record Discarded(boolean allDeleted) implements StoreReport {}
}
