package io.longhaul.entity;

import io.longhaul.job.file.HostPattern;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The remote hosts of the whole cluster, {@code name:port}. */
public interface Hosts {
    /**
     * Those that somebody uses, used in the last minutes or waits for, by name, after that name. What a node does not tell
     * within two seconds is left out.
     */
    CompletionStage<List<Host>> all(@Nullable String after, int limit);

    /** One of them, also one that nobody knows. */
    CompletionStage<Host> one(String name);

    /** What operators have blocked, by pattern. */
    CompletionStage<List<HostBlock>> blocks();

    /**
     * Blocks hosts; complete once it is on disk, and each node that answers within two seconds has stopped what it had
     * there. The others follow within two seconds more.
     *
     * @return whether there was room for one more block
     */
    CompletionStage<Boolean> block(HostBlock block);

    /**
     * Takes a block back; nothing happens where there is none. Complete as {@link #block} is.
     *
     * @return whether there was one
     */
    CompletionStage<Boolean> unblock(HostPattern hosts);

    /**
     * Opens a host that has asked to be left alone, or that is left alone because of its answers; nothing happens where it
     * is open. No node goes by what the host has asked for until now, and what it asks for from now on holds. A block stays.
     *
     * @param name {@code name:port}
     * @return whether it was closed
     */
    CompletionStage<Boolean> open(String name);

    /**
     * A remote host.
     *
     * @param running transfers
     * @param queued jobs that wait for a slice, and whose next file it has
     * @param pace that is kept to
     * @param usual the limit where it answers well
     */
    record Host(String name, int running, int queued, Lately lately, HostPlaces.Pace pace, int usual) {
        /** What two nodes know of it, together. */
        public Host and(Host other) {
            return new Host(
                    name,
                    running + other.running,
                    queued + other.queued,
                    lately.and(other.lately),
                    new HostPlaces.Pace(
                            Math.min(pace.limit(), other.pace.limit()),
                            HostClosure.later(pace.closure(), other.pace.closure()),
                            Math.max(pace.nodes(), other.pace.nodes()),
                            null),
                    usual);
        }
    }

    /**
     * What a host was asked in the last five minutes.
     *
     * @param errors no answer, or one that says that the server is at fault
     */
    record Lately(long requests, long errors) {
        public static final Lately NOTHING = new Lately(0, 0);

        Lately and(Lately other) {
            return new Lately(requests + other.requests, errors + other.errors);
        }
    }
}
