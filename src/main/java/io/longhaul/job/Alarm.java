package io.longhaul.job;

/** What nobody asks: time has passed, or the node has. */
public sealed interface Alarm extends JobCommand {
    /** Look at the clock. Early, late and repeated wakes do no harm: the job compares its instants with now. */
    record Wake() implements Alarm {}

    /** No policy holds the job back any more, as far as is known. */
    record PolicyChanged() implements Alarm {}

    /** The run of this job is gone without a last word: the service was restarted. */
    record Restarted() implements Alarm {}
}
