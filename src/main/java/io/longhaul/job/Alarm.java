package io.longhaul.job;

import java.time.Duration;
import java.time.Instant;

/** What nobody asks: time has passed, or the node has. */
public sealed interface Alarm extends JobCommand {
    /** Look at the clock. Early, late and repeated wakes do no harm: the job compares its instants with now. */
    record Wake() implements Alarm {}

    /**
     * Go by the inactivity timeout of the policies, where that makes a difference by now: it is a rule of the machine, and no
     * property of the job.
     */
    record InactivityTimeout(Duration timeout) implements Alarm {}

    /**
     * The run that is under way received bytes last at that instant. Said where time alone would end the job, as what has
     * arrived becomes progress only with the next checkpoint.
     */
    record BytesCame(Instant last) implements Alarm {}

    /** No policy holds the job back any more, as far as is known. */
    record PolicyChanged() implements Alarm {}

    /** A way out is back, as far as is known. */
    record NetworkBack() implements Alarm {}

    /** The run of this job is gone without a last word, and nobody knows since when: the service was restarted. */
    record Restarted() implements Alarm {}

    /** The run of this job ends now, and has no last word to say: the job moves to another node, say. */
    record BrokenOff() implements Alarm {}
}
