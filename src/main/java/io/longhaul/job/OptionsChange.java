package io.longhaul.job;

import io.longhaul.job.JobOptions.FileAclFlag;
import io.longhaul.job.JobOptions.Mode;
import io.longhaul.job.JobOptions.PeerCachingFlag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** New values for some of a job's options, as in {@link JobChange}. */
public record OptionsChange(
        List<Mode> modesOn,
        List<Mode> modesOff,
        @Nullable Value<List<PeerCachingFlag>> peerCaching,
        @Nullable Value<List<FileAclFlag>> fileAcls,
        @Nullable Value<@Nullable Instant> deadline) {
    public OptionsChange {
        modesOn = List.copyOf(modesOn);
        modesOff = List.copyOf(modesOff);
    }

    /** Whether it says anything of that mode. */
    boolean names(Mode mode) {
        return modesOn.contains(mode) || modesOff.contains(mode);
    }

    JobOptions applyTo(JobOptions before) {
        List<Mode> modes = new ArrayList<>(before.modes());
        modes.removeAll(modesOff);
        modes.addAll(modesOn);
        return new JobOptions(
                modes,
                peerCaching == null ? before.peerCaching() : peerCaching.value(),
                fileAcls == null ? before.fileAcls() : fileAcls.value(),
                deadline == null ? before.deadline() : deadline.value());
    }
}
