package io.longhaul.job;

import static io.longhaul.job.StateName.ACKNOWLEDGED;
import static io.longhaul.job.StateName.CANCELLED;
import static io.longhaul.job.StateName.CONNECTING;
import static io.longhaul.job.StateName.ERROR;
import static io.longhaul.job.StateName.QUEUED;
import static io.longhaul.job.StateName.SUSPENDED;
import static io.longhaul.job.StateName.TRANSFERRED;
import static io.longhaul.job.StateName.TRANSFERRING;
import static io.longhaul.job.StateName.TRANSIENT_ERROR;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every legal move, as data. The states' code is checked against it on every event, the tests take every row, and the
 * picture in the documentation is drawn from it.
 */
public final class Transitions {
    /** In state {@code from}, after {@code event}, the state is {@code to}. */
    public record Transition(StateName from, Class<? extends JobEvent> event, StateName to, String why) {}

    public static final List<Transition> ALL = List.of(
            row(SUSPENDED, JobEvent.JobQueued.class, QUEUED, "Resume"),
            row(SUSPENDED, JobEvent.JobTransferred.class, TRANSFERRED, "Resume, nothing left to do"),
            row(SUSPENDED, JobEvent.JobAcknowledged.class, ACKNOWLEDGED, "Complete"),
            row(SUSPENDED, JobEvent.JobCancelled.class, CANCELLED, "Cancel, inactivity"),
            row(QUEUED, JobEvent.SliceGranted.class, CONNECTING, "slice granted"),
            row(QUEUED, JobEvent.JobSuspended.class, SUSPENDED, "Suspend"),
            row(QUEUED, JobEvent.CompletionBegan.class, SUSPENDED, "Complete begins"),
            row(
                    QUEUED,
                    JobEvent.JobTransferred.class,
                    TRANSFERRED,
                    "last file finished as the slice ended, or skipped"),
            row(QUEUED, JobEvent.JobFailed.class, ERROR, "deadline, a file found bad"),
            row(QUEUED, JobEvent.JobCancelled.class, CANCELLED, "Cancel, inactivity"),
            row(CONNECTING, JobEvent.JobConnected.class, TRANSFERRING, "connected"),
            row(CONNECTING, JobEvent.JobQueued.class, QUEUED, "slice ended, pre-empted, log-off, restart"),
            row(CONNECTING, JobEvent.JobStalled.class, TRANSIENT_ERROR, "connect failure, transient error"),
            row(CONNECTING, JobEvent.JobFailed.class, ERROR, "fatal error, maximum download time, deadline"),
            row(CONNECTING, JobEvent.JobTransferred.class, TRANSFERRED, "last file skipped"),
            row(CONNECTING, JobEvent.JobSuspended.class, SUSPENDED, "Suspend, requested ranges finished"),
            row(CONNECTING, JobEvent.CompletionBegan.class, SUSPENDED, "Complete begins"),
            row(CONNECTING, JobEvent.JobCancelled.class, CANCELLED, "Cancel, inactivity"),
            row(TRANSFERRING, JobEvent.JobTransferred.class, TRANSFERRED, "all files finished"),
            row(TRANSFERRING, JobEvent.JobQueued.class, QUEUED, "slice ended, pre-empted, log-off, restart"),
            row(TRANSFERRING, JobEvent.JobStalled.class, TRANSIENT_ERROR, "transient error"),
            row(TRANSFERRING, JobEvent.JobFailed.class, ERROR, "fatal error, maximum download time, deadline"),
            row(TRANSFERRING, JobEvent.JobSuspended.class, SUSPENDED, "Suspend, requested ranges finished"),
            row(TRANSFERRING, JobEvent.CompletionBegan.class, SUSPENDED, "Complete begins"),
            row(TRANSFERRING, JobEvent.JobCancelled.class, CANCELLED, "Cancel, inactivity"),
            row(TRANSIENT_ERROR, JobEvent.JobQueued.class, QUEUED, "retry due, Resume, policy changed, network back"),
            row(TRANSIENT_ERROR, JobEvent.JobTransferred.class, TRANSFERRED, "last file finished as the run failed"),
            row(TRANSIENT_ERROR, JobEvent.JobFailed.class, ERROR, "no progress for too long, deadline"),
            row(TRANSIENT_ERROR, JobEvent.JobSuspended.class, SUSPENDED, "Suspend"),
            row(TRANSIENT_ERROR, JobEvent.CompletionBegan.class, SUSPENDED, "Complete begins"),
            row(TRANSIENT_ERROR, JobEvent.JobCancelled.class, CANCELLED, "Cancel, inactivity"),
            row(ERROR, JobEvent.JobQueued.class, QUEUED, "Resume"),
            row(ERROR, JobEvent.JobTransferred.class, TRANSFERRED, "Resume, nothing left to do"),
            row(ERROR, JobEvent.JobSuspended.class, SUSPENDED, "Suspend"),
            row(ERROR, JobEvent.JobAcknowledged.class, ACKNOWLEDGED, "Complete"),
            row(ERROR, JobEvent.JobCancelled.class, CANCELLED, "Cancel, inactivity"),
            row(TRANSFERRED, JobEvent.JobQueued.class, QUEUED, "Resume after files were added"),
            row(TRANSFERRED, JobEvent.JobFailed.class, ERROR, "a file found bad"),
            row(TRANSFERRED, JobEvent.JobSuspended.class, SUSPENDED, "Suspend"),
            row(TRANSFERRED, JobEvent.JobAcknowledged.class, ACKNOWLEDGED, "Complete"),
            row(TRANSFERRED, JobEvent.JobCancelled.class, CANCELLED, "Cancel, inactivity"));

    /** These change no state; they are legal in every state that is not final. */
    private static final Set<Class<? extends JobEvent>> STATELESS = Set.of(
            JobEvent.FilesAdded.class,
            JobEvent.JobChanged.class,
            JobEvent.InactivityTimeoutChanged.class,
            JobEvent.OwnershipTaken.class,
            JobEvent.SliceRenewed.class,
            JobEvent.FileOpened.class,
            JobEvent.FileCheckpointed.class,
            JobEvent.ProgressMade.class,
            JobEvent.FileRedirected.class,
            JobEvent.FileRestarted.class,
            JobEvent.FileTransferred.class,
            JobEvent.RemoteNamesChanged.class,
            JobEvent.SourceChanged.class,
            JobEvent.FileSkipped.class,
            JobEvent.FileRetried.class,
            JobEvent.FileValidated.class,
            JobEvent.PiecesAsked.class,
            JobEvent.PieceHeld.class,
            JobEvent.CompletionBegan.class,
            JobEvent.CompletionFailed.class);

    private static final Set<Move> LEGAL = new HashSet<>();

    static {
        for (Transition row : ALL) LEGAL.add(new Move(row.from(), row.event(), row.to()));
        LEGAL.add(new Move(CANCELLED, JobEvent.JobCleanedUp.class, CANCELLED));
    }

    private record Move(StateName from, Class<? extends JobEvent> event, StateName to) {}

    private Transitions() {}

    private static Transition row(StateName from, Class<? extends JobEvent> event, StateName to, String why) {
        return new Transition(from, event, to, why);
    }

    /**
     * @throws IllegalStateException where the move is not in the table
     */
    static void check(StateName from, JobEvent event, StateName to, JobId id) {
        boolean stays = from == to && !from.isFinal() && STATELESS.contains(event.getClass());
        if (!stays && !LEGAL.contains(new Move(from, event.getClass(), to)))
            throw new IllegalStateException("Job " + id + ": " + from + " does not become " + to + " by "
                    + event.getClass().getSimpleName());
    }

    /** The table as a mermaid state diagram; moves between the same two states share an arrow. */
    public static String mermaid() {
        Map<String, String> arrows = new LinkedHashMap<>();
        arrows.put("[*] --> SUSPENDED", "create");
        for (Transition row : ALL) {
            if (row.from() != row.to()) arrows.merge(row.from() + " --> " + row.to(), row.why(), Transitions::joined);
        }
        arrows.put("ACKNOWLEDGED --> [*]", "");
        arrows.put("CANCELLED --> [*]", "");
        StringBuilder picture = new StringBuilder("stateDiagram-v2\n");
        arrows.forEach((arrow, why) -> picture.append("    ")
                .append(arrow)
                .append(why.isEmpty() ? "" : " : " + why)
                .append('\n'));
        return picture.toString();
    }

    private static String joined(String one, String other) {
        return one.equals(other) ? one : one + ", " + other;
    }
}
