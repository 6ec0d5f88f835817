package io.longhaul.transfer;

import io.longhaul.job.JobSpec;
import io.longhaul.policy.BandwidthLimit;
import java.time.Instant;
import java.util.Optional;

/** What policies say of the bandwidth of runs. */
public interface BandwidthLimits {
    /** The limit that the job's runs are under now; empty: none. Asked for each run several times a second. */
    Optional<BandwidthLimit> of(JobSpec job);

    /** By the clock that the limits' hours go by. */
    Instant now();
}
