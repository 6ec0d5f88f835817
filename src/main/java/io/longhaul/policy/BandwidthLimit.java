package io.longhaul.policy;

import io.longhaul.job.Priority;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The limit of bandwidth that is in force for some jobs, which have it all together.
 *
 * @param bytesPerSecond 0: they are held back
 * @param name of the owner or the queue; empty where it is the fleet's
 * @param until when hours change it; null: only a word of an operator does
 */
public record BandwidthLimit(
        long bytesPerSecond,
        Source source,
        String name,
        Priority priority,
        BandwidthPolicy.Time time,
        @Nullable Instant until) {

    /** Which jobs have it together: the same for all of them, and different for others. */
    public String budget() {
        return source + "/" + name + "/" + priority;
    }

    /** Whether nothing may move. */
    public boolean blocks() {
        return bytesPerSecond == 0;
    }

    /** One sentence that names it. */
    public String inWords() {
        String whose = switch (source) {
            case OWNER -> "of the owner " + name;
            case QUEUE -> "of the queue " + name;
            case JOB, FLEET, PRESET, CONFIGURATION -> "of the fleet";
        };
        String when = switch (time) {
            case ALWAYS -> "";
            case WORK -> ", in work hours,";
            case MAINTENANCE -> ", in maintenance hours,";
        };
        String much = blocks() ? "nothing" : bytesPerSecond + " bytes a second together";
        return "The policy " + whose + when + " lets jobs of priority " + priority + " move " + much + ".";
    }
}
