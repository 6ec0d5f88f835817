package io.longhaul.entity;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The node's part of the connections to remote hosts, which the nodes of the cluster share. */
public interface HostPlaces {
    /** What this node has to do with each host, {@code name:port}; those that it has nothing to do with are left out. */
    Map<String, Need> needs();

    /** What that host answered since this node knows of it. */
    Answers answers(String host);

    /** Who holds and who asks for connections to each host here; hosts that nobody here uses or waits for are left out. */
    Map<String, Asks> asks();

    /** Other nodes wait for what jobs here hold at that host; said with each answer while they do. */
    void othersWait(String host, Rivalry.Claims claims);

    /** What each host was asked by this node in the last minutes; those that it asked nothing are left out. */
    Map<String, Hosts.Lately> lately();

    /**
     * How many runs with that host may begin while fewer than so many are under way; those that are stay.
     *
     * @param pace of all nodes together, which the figure follows from; null: not known
     */
    void allow(String host, int places, @Nullable Pace pace);

    /** From now on nothing is asked of these; runs that are there end at once, and their jobs wait. */
    void block(HostBlocks blocks);

    /**
     * What a node has, and wants, of one host.
     *
     * @param busy runs
     * @param open runs and, where there are more of them, connections, idle ones too
     * @param wanted whether a run was refused for want of a place, or the next one would be
     * @param closure that it has heard of and that is not over
     */
    record Need(
            int busy, int open, boolean wanted, @Nullable HostClosure closure) {
        public Need(int busy, int open, boolean wanted) {
            this(busy, open, wanted, null);
        }
    }

    /**
     * What jobs here hold and ask for at a host.
     *
     * @param foreground runs of foreground jobs
     * @param forForeground whether one was refused lately that asks again
     * @param forBackground the same of background jobs
     */
    record Asks(int foreground, boolean forForeground, boolean forBackground) {
        public static final Asks NONE = new Asks(0, false, false);
    }

    /**
     * How a host has answered. The figures only grow, so that a word that is lost or comes twice does no harm.
     *
     * @param requests that were made
     * @param errors of them: no answer, or one that says that the server is at fault
     * @param slowed of them: 429 and 503
     */
    record Answers(long requests, long errors, long slowed) {
        public static final Answers NONE = new Answers(0, 0, 0);
    }

    /**
     * How fast a host is asked, by all nodes together.
     *
     * @param limit runs at once
     * @param closure why there are none, where it is closed
     * @param nodes that use it
     * @param opened when an operator last opened it: no closure from before then holds any more; null: never
     */
    record Pace(
            int limit,
            @Nullable HostClosure closure,
            int nodes,
            @Nullable Instant opened) {
        public Pace(int limit, @Nullable HostClosure closure) {
            this(limit, closure, 1, null);
        }
    }
}
