package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.Priority;
import io.longhaul.job.TransferReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The node's transfer engine, as a job sees it. */
public interface Transfers {
    /**
     * Asks for a place on this node and a connection to the remote host. Never blocks.
     *
     * @param queue the queue whose scheduler hears when a place becomes free that was refused now
     * @param priority of the job
     * @param host {@code name:port}
     * @param retry whether the last attempt failed, and nobody but the retry delay asks for this one
     */
    Admission admit(String queue, Priority priority, String host, boolean retry);

    /**
     * Starts a run over the unfinished files of the job, in order. Never blocks and never throws: what goes wrong is
     * reported.
     *
     * @param job as it is now: bytes held, versions, headers, limits
     * @param run the number of the slice that starts it; it names the temporary files that it writes
     * @param permit taken over: given back when the run has ended
     * @param reports called from the run's thread, in order, never after {@link Run#ended} is complete
     */
    Run start(Job job, long run, Admission.Admitted permit, Consumer<List<TransferReport>> reports);

    /** Whether the node has not lost its network: where it has, runs end with BG_E_NETWORK_DISCONNECTED. */
    boolean hasWayOut();

    /** A run under way. */
    interface Run {
        /** Asks it to end soon (within two seconds no byte moves); what has arrived is checkpointed. Idempotent. */
        void stop();

        /**
         * How fast it may be, and which of the files it began with it fetches, follows from the job as it is now; all else
         * from the one that it began with. Where the file that it is at was changed it leaves that and ends.
         */
        void goBy(Job now);

        /** What it waits for a server for at this moment; empty: for nothing, or for something else. Never waits itself. */
        Optional<Awaited> awaited();

        /** Complete once nothing is written any more, after the last report. Never fails. */
        CompletionStage<Void> ended();
    }

    /**
     * What a run waits for.
     *
     * @param host whom, {@code name:port}
     * @param until when a limit of the node ends the wait, and the attempt with it
     */
    record Awaited(What what, String host, Instant since, Instant until) {
        public enum What {
            /** A connection, TLS included. */
            CONNECTION,
            /** Lists of revoked certificates, before the host's own is accepted. */
            REVOCATIONS,
            /** The first byte of an answer. */
            ANSWER,
            /** Bytes of a body, of which as good as none have come for a while. */
            BYTES
        }
    }
}
