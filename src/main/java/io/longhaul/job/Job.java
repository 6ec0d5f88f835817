package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;
import static io.longhaul.job.Decision.refuse;
import static java.util.Objects.requireNonNull;

import io.longhaul.job.JobEvent.CompletionBegan;
import io.longhaul.job.JobEvent.CompletionFailed;
import io.longhaul.job.JobEvent.FileCheckpointed;
import io.longhaul.job.JobEvent.FileOpened;
import io.longhaul.job.JobEvent.FileRestarted;
import io.longhaul.job.JobEvent.FileTransferred;
import io.longhaul.job.JobEvent.FilesAdded;
import io.longhaul.job.JobEvent.JobAcknowledged;
import io.longhaul.job.JobEvent.JobCancelled;
import io.longhaul.job.JobEvent.JobChanged;
import io.longhaul.job.JobEvent.JobCleanedUp;
import io.longhaul.job.JobEvent.JobConnected;
import io.longhaul.job.JobEvent.JobCreated;
import io.longhaul.job.JobEvent.JobFailed;
import io.longhaul.job.JobEvent.JobQueued;
import io.longhaul.job.JobEvent.JobStalled;
import io.longhaul.job.JobEvent.JobSuspended;
import io.longhaul.job.JobEvent.JobTransferred;
import io.longhaul.job.JobEvent.OwnershipTaken;
import io.longhaul.job.JobEvent.ProgressMade;
import io.longhaul.job.JobEvent.SliceGranted;
import io.longhaul.job.JobEvent.SliceRenewed;
import io.longhaul.job.file.JobFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A BITS job: a value that {@link #evolve} folds from its history. {@link #decide} says what a command does and changes
 * nothing; what differs from state to state stands in the record of that state, what is the same everywhere here.
 *
 * @param sequence the number of events behind this value
 * @param lastSlice the number of the last slice granted; 0: none yet
 * @param lastRun the slice that started the last run
 * @param errorCount failed attempts, never reset
 * @param stalledSince when the no-progress clock began to run: at the first error after the last byte; null: it stands
 * @param activeTime time spent in CONNECTING and TRANSFERRING since the last Resume, in slices that are over
 * @param resumedOnce some properties cannot be set after the first Resume
 * @param ending Complete is under way
 * @param requests the last calls with an Idempotency-Key, oldest first
 */
public record Job(
        JobId id,
        long sequence,
        JobSpec spec,
        List<JobFile> files,
        JobState state,
        JobTimes times,
        long lastSlice,
        long lastRun,
        int errorCount,
        @Nullable Instant stalledSince,
        Duration activeTime,
        boolean resumedOnce,
        @Nullable Ending ending,
        List<AnsweredRequest> requests) {

    /** Enough for the calls that can be under way when a node dies; older ones are answered from the index. */
    private static final int REMEMBERED_REQUESTS = 16;

    public Job {
        files = List.copyOf(files);
        requests = List.copyOf(requests);
    }

    // What is asked: decides, and changes nothing.

    /** What CreateJob does where there is no job of that id yet. */
    public static Decision create(OwnerCommand.Create create) {
        Optional<Decision.Refused> problem =
                JobRules.problem(create.spec()).or(() -> JobRules.problem(create.files(), 0, create.limits()));
        if (problem.isPresent()) return problem.get();
        if (!create.resume()) return accept(new JobCreated(create.spec(), create.files()));
        if (create.files().isEmpty()) return refuse(BitsError.BG_E_EMPTY);
        return accept(new JobCreated(create.spec(), create.files()), new JobQueued(QueuedReason.RESUMED));
    }

    public Decision decide(JobCommand command, Instant now) {
        if (ending != null && command instanceof OwnerCommand call) return decideWhileEnding(call);
        return state.decide(this, command, now);
    }

    /** When something happens by time alone, in whatever state; empty: never. The earliest instant wins. */
    public Optional<Instant> wakeAt() {
        if (state.name().isFinal()) return state.wakeAt(this);
        if (ending != null) return Optional.of(ending.since());
        Instant inactive = inactiveAt();
        return Optional.of(
                state.wakeAt(this).filter(at -> at.isBefore(inactive)).orElse(inactive));
    }

    /** Since when nothing will happen to it any more, nor remains to be done for it; empty: something may. */
    public Optional<Instant> finalSince() {
        return state.name().isFinal() && wakeAt().isEmpty() ? Optional.of(times.modification()) : Optional.empty();
    }

    public JobProgress progress() {
        return JobProgress.of(files);
    }

    /** The BITS error object, where there is one. */
    public @Nullable JobError error() {
        return state.error();
    }

    /** The file that is next, where there is work. */
    public Optional<JobFile> nextFile() {
        return files.stream().filter(file -> !file.transferred()).findFirst();
    }

    public boolean hasWork() {
        return nextFile().isPresent();
    }

    /** The call that had this Idempotency-Key and changed the job, where it is remembered. */
    public Optional<AnsweredRequest> answered(String key) {
        return requests.stream().filter(request -> request.key().equals(key)).findFirst();
    }

    // Rules that more than one state shares.

    Decision decideInEveryLiveState(OwnerCommand command) {
        return switch (command) {
            case OwnerCommand.Create again -> ignore(); // the id names this job already
            case OwnerCommand.AddFiles add -> addFiles(add);
            case OwnerCommand.Change change -> change(change.change());
            case OwnerCommand.TakeOwnership take -> accept(new OwnershipTaken(take.newOwner()));
            case OwnerCommand.Complete complete -> accept(new CompletionBegan());
            case OwnerCommand.Cancel cancel -> accept(new JobCancelled(false));
            case OwnerCommand.Resume decidedByTheState -> throw new IllegalArgumentException("Resume");
            case OwnerCommand.Suspend decidedByTheState -> throw new IllegalArgumentException("Suspend");
        };
    }

    private Decision addFiles(OwnerCommand.AddFiles add) {
        if (add.files().isEmpty()) return refuse(BitsError.E_INVALIDARG, "At least one file is required.");
        return JobRules.problem(add.files(), files.size(), add.limits())
                .<Decision>map(problem -> problem)
                .orElseGet(() -> accept(new FilesAdded(add.files(), add.folder())));
    }

    private Decision change(JobChange change) {
        if (change.maxDownloadBytes() != null && resumedOnce)
            return refuse(
                    BitsError.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME, "maxDownloadBytes is set before the first Resume.");
        if (change.queue() != null && state.name().isActive())
            return refuse(
                    BitsError.BG_E_READ_ONLY_WHEN_JOB_ACTIVE,
                    "A job changes its queue while it is suspended, in error or transferred.");
        JobSpec changed = change.applyTo(spec);
        return JobRules.problem(changed)
                .<Decision>map(problem -> problem)
                .orElseGet(() -> accept(new JobChanged(changed)));
    }

    Decision resume() {
        if (files.isEmpty()) return refuse(BitsError.BG_E_EMPTY);
        if (hasWork()) return accept(new JobQueued(QueuedReason.RESUMED));
        return accept(new JobTransferred(times.transferCompletion() != null));
    }

    private static Decision decideWhileEnding(OwnerCommand call) {
        return switch (call) {
            case OwnerCommand.Create again -> ignore();
            case OwnerCommand.Complete again -> ignore();
            case OwnerCommand other -> refuse(BitsError.BG_E_INVALID_STATE, "Complete is under way.");
        };
    }

    Decision refuseInThisState() {
        return refuse(BitsError.BG_E_INVALID_STATE, "The job is " + state.name() + ", which is final.");
    }

    Decision startSlice(SchedulerCommand.GrantSlice grant) {
        return grant.slice() == lastSlice + 1
                ? accept(new SliceGranted(grant.slice(), grant.endsAt(), grant.held(), grant.node()))
                : ignore(); // a grant that was doubled or is late
    }

    Decision decideOnSlice(Slice slice, SchedulerCommand said) {
        return switch (said) {
            case SchedulerCommand.GrantSlice doubled -> ignore();
            case SchedulerCommand.RenewSlice renew ->
                renew.slice() == lastSlice + 1 ? accept(new SliceRenewed(renew.slice(), renew.endsAt())) : ignore();
            case SchedulerCommand.EndSlice end ->
                end.slice() == slice.number() ? accept(new JobQueued(end.reason())) : ignore();
        };
    }

    /** The run did what it could: back to the queue for what is left, or for a connection to that host. */
    Decision endRun(Slice slice, TransferReport last) {
        if (last.run() != slice.run()) return ignore();
        return last instanceof TransferReport.HostBusy busy
                ? accept(new JobQueued(QueuedReason.HOST_BUSY, busy.host()))
                : accept(new JobQueued(QueuedReason.SLICE_ENDED));
    }

    /** The first answer of a server in this run. */
    Decision connect(Slice slice, TransferReport report) {
        if (report.run() != slice.run()) return ignore();
        List<JobEvent> events = new ArrayList<>();
        events.add(new JobConnected());
        events.addAll(eventsOf(report, true));
        return new Decision.Accepted(events);
    }

    /** Bytes count whenever they come, as long as no newer run has begun. */
    Decision keepBytesOf(TransferReport report) {
        return report.run() == lastRun
                ? new Decision.Accepted(eventsOf(report, state.name().isActive()))
                : ignore();
    }

    Decision progress(TransferReport.Progressed report) {
        return report.run() == lastRun
                        && stalledSince != null
                        && report.bytes() > file(report.fileIndex()).bytesHeld()
                ? accept(new ProgressMade())
                : ignore();
    }

    private List<JobEvent> eventsOf(TransferReport report, boolean mayBeTransferred) {
        return switch (report) {
            case TransferReport.FileOpened opened -> opened(opened);
            case TransferReport.Checkpointed checkpoint -> checkpointed(checkpoint);
            case TransferReport.FileRestarted restarted ->
                file(restarted.fileIndex()).transferred()
                        ? List.of()
                        : List.of(new FileRestarted(restarted.fileIndex(), restarted.reason()));
            case TransferReport.FileFinished finished -> finished(finished, mayBeTransferred);
            case TransferReport.Progressed notDurable -> List.of();
            case TransferReport.RunFailed decidedByTheState -> List.of();
            case TransferReport.HostBusy decidedByTheState -> List.of();
            case TransferReport.RunDone decidedByTheState -> List.of();
        };
    }

    /** Within a run the bytes of a file only grow, until it restarts: less is an old word. */
    private List<JobEvent> checkpointed(TransferReport.Checkpointed report) {
        JobFile known = file(report.fileIndex());
        boolean old = known.heldBy() == report.run() && known.bytesHeld() >= report.bytes();
        return old || known.transferred()
                ? List.of()
                : List.of(new FileCheckpointed(report.fileIndex(), report.bytes(), report.run()));
    }

    private List<JobEvent> opened(TransferReport.FileOpened report) {
        JobFile known = file(report.fileIndex());
        if (known.transferred()) return List.of();
        JobFile seen = known.opened(report.version(), report.bytesTotal(), report.resumable());
        return seen.equals(known)
                ? List.of()
                : List.of(
                        new FileOpened(report.fileIndex(), report.version(), report.bytesTotal(), report.resumable()));
    }

    private List<JobEvent> finished(TransferReport.FileFinished report, boolean mayBeTransferred) {
        if (file(report.fileIndex()).transferred()) return List.of();
        JobEvent transferred = new FileTransferred(
                report.fileIndex(), report.version(), report.bytes(), report.resumable(), report.run());
        boolean last = files.stream().noneMatch(file -> !file.transferred() && file.index() != report.fileIndex());
        return last && mayBeTransferred ? List.of(transferred, new JobTransferred(false)) : List.of(transferred);
    }

    Decision fail(Slice slice, TransferReport.RunFailed report, Instant now) {
        if (report.run() != slice.run()) return ignore();
        JobError error = report.error();
        boolean counted = RetryPolicy.counts(error.code());
        if (report.fatal() || RetryPolicy.everyErrorIsFatal(spec.minimumRetryDelay(), spec.noProgressTimeout()))
            return accept(new JobFailed(error, counted));
        if (stalledSince != null && !now.isBefore(givesUpAt()))
            return accept(new JobFailed(noProgress(error, now), counted));
        Duration delay = RetryPolicy.delay(id, errorCount, spec.minimumRetryDelay(), report.retryAfter());
        return accept(new JobStalled(error, now.plus(delay), counted));
    }

    /** BG_E_NO_PROGRESS, with the error behind it. */
    JobError noProgress(JobError last, Instant now) {
        return new JobError(
                last.context(),
                BitsError.BG_E_NO_PROGRESS,
                BitsError.BG_E_NO_PROGRESS.text(),
                last.fileIndex(),
                now,
                last);
    }

    /** When the no-progress timeout ends; only asked while its clock runs. */
    Instant givesUpAt() {
        return requireNonNull(stalledSince).plus(spec.noProgressTimeout());
    }

    /** The first of: the maximum download time is used up, the scheduler has not been heard of. */
    Instant endOfSlice(Slice slice, Instant since) {
        Instant usedUp = timeUsedUpAt(since);
        return usedUp.isBefore(slice.overdueAt()) ? usedUp : slice.overdueAt();
    }

    Decision decideTimeInSlice(Slice slice, Instant now) {
        Instant since = state instanceof Connecting connecting ? connecting.since() : ((Transferring) state).since();
        if (!now.isBefore(timeUsedUpAt(since))) {
            Integer index = nextFile().map(JobFile::index).orElse(null);
            return accept(new JobFailed(
                    JobError.of(ErrorContext.GENERAL_QUEUE_MANAGER, BitsError.BG_E_MAXDOWNLOAD_TIMEOUT, index, now),
                    true));
        }
        if (!now.isBefore(slice.overdueAt())) return accept(new JobQueued(QueuedReason.SLICE_ENDED));
        return decideInactivity(now);
    }

    private Instant timeUsedUpAt(Instant since) {
        return since.plus(spec.maximumDownloadTime()).minus(activeTime);
    }

    Decision decideInactivity(Instant now) {
        return ending == null && !now.isBefore(inactiveAt()) ? accept(new JobCancelled(true)) : ignore();
    }

    private Instant inactiveAt() {
        return times.activity().plus(spec.inactivityTimeout());
    }

    /** What the file store's answer means for a Complete that is under way. */
    Decision finishCompletion(StoreReport report) {
        if (ending == null) return ignore(); // the answer to a repetition that came second
        return switch (report) {
            case StoreReport.Published published ->
                published.error() != null
                        ? accept(new CompletionFailed(published.available(), published.error()))
                        : accept(new JobAcknowledged(published.available(), resultOf(published)));
            case StoreReport.Discarded none -> ignore();
        };
    }

    private BitsError resultOf(StoreReport.Published published) {
        if (!published.allDeleted()) return BitsError.BG_S_UNABLE_TO_DELETE_FILES;
        return hasWork() ? BitsError.BG_S_PARTIAL_COMPLETE : BitsError.S_OK;
    }

    private JobFile file(int index) {
        return files.get(index);
    }

    // What has happened: total over events, refuses nothing, and replay runs only this.

    /** The job after its first event. */
    public static Job born(JobId id, Recorded first) {
        if (!(first.event() instanceof JobCreated created))
            throw new IllegalStateException("The history of " + id + " does not begin with its creation");
        Job none = new Job(
                id,
                1,
                created.spec(),
                List.of(),
                new Suspended(first.at()),
                new JobTimes(first.at(), first.at(), first.at(), null),
                0,
                0,
                0,
                null,
                Duration.ZERO,
                false,
                null,
                List.of());
        Job born = new JobBuilder(none)
                .addFiles(created.files(), created.spec().owner())
                .build();
        return born.remember(first, 0);
    }

    /** The job after this event, whether or not it existed before. */
    public static Job evolve(@Nullable Job before, JobId id, Recorded recorded) {
        return before == null ? born(id, recorded) : before.evolve(recorded);
    }

    /**
     * The job after this event.
     *
     * @throws IllegalStateException where the event is not legal in this state: the history is damaged
     */
    public Job evolve(Recorded recorded) {
        Instant at = recorded.at();
        JobBuilder next = new JobBuilder(this).sequence(sequence + 1).times(times.modified(at));
        JobEvent event = recorded.event();
        switch (event) {
            case JobCreated again -> throw new IllegalStateException("The job " + id + " was created twice");
            case FilesAdded e ->
                next.addFiles(e.files(), e.folder()).times(times.active(at).completed(null));
            case JobChanged e -> next.spec(e.spec()).times(times.active(at));
            case OwnershipTaken e -> next.spec(spec.takenBy(e.newOwner())).times(times.active(at));
            case JobQueued e -> queue(next, e, at);
            case JobSuspended e ->
                next.leaveSlice(at).stalledSince(null).state(new Suspended(at)).times(times.active(at));
            case SliceGranted e ->
                next.slice(e.slice(), e.slice())
                        .stalledSince(stalledSince == null ? null : stalledSince.plus(e.held()))
                        .state(new Connecting(new Slice(e.slice(), e.slice(), e.endsAt()), at, error()));
            case SliceRenewed e -> next.slice(e.slice(), lastRun).state(renewed(e));
            case JobConnected e -> {
                Connecting connecting = in(Connecting.class, e);
                next.state(new Transferring(connecting.slice(), connecting.since()));
            }
            case FileOpened e -> next.file(file(e.fileIndex()).opened(e.version(), e.bytesTotal(), e.resumable()));
            case FileCheckpointed e -> {
                boolean grew = e.bytes() > file(e.fileIndex()).bytesHeld();
                next.file(file(e.fileIndex()).held(e.bytes(), e.run()));
                if (grew) next.stalledSince(afterProgress(at)).times(times.active(at));
            }
            case ProgressMade e -> next.stalledSince(null).times(times.active(at));
            case FileRestarted e -> next.file(file(e.fileIndex()).restarted());
            case FileTransferred e ->
                next.file(file(e.fileIndex()).asTransferred(e.version(), e.bytes(), e.run(), e.resumable()))
                        .stalledSince(afterProgress(at))
                        .times(times.active(at));
            case JobTransferred e -> {
                Instant completedAt = e.again() && times.transferCompletion() != null ? times.transferCompletion() : at;
                next.leaveSlice(at)
                        .stalledSince(null)
                        .state(new Transferred(at))
                        .times(times.active(at).completed(completedAt));
            }
            case JobStalled e ->
                next.leaveSlice(at)
                        .count(e.counted())
                        .stalledSince(stalledSince == null ? at : stalledSince)
                        .state(new TransientError(e.error(), e.retryAt()));
            case JobFailed e ->
                next.leaveSlice(at).count(e.counted()).stalledSince(null).state(new FatalError(e.error()));
            case CompletionBegan e ->
                next.leaveSlice(at)
                        .stalledSince(null)
                        .ending(new Ending(at, recorded.by()))
                        .state(state.name().isActive() ? new Suspended(at) : state)
                        .times(times.active(at));
            case CompletionFailed e -> next.available(e.available()).ending(null);
            case JobAcknowledged e ->
                next.available(e.available()).ending(null).state(new Acknowledged(at, e.result()));
            case JobCancelled e -> next.leaveSlice(at).ending(null).state(new Cancelled(at, false, BitsError.S_OK));
            case JobCleanedUp e ->
                next.state(new Cancelled(
                        in(Cancelled.class, e).at(),
                        true,
                        e.allDeleted() ? BitsError.S_OK : BitsError.BG_S_UNABLE_TO_DELETE_FILES));
        }
        Job after = next.build();
        Transitions.check(state.name(), event, after.state.name(), id);
        return after.remember(recorded, files.size());
    }

    /** A byte stops the no-progress clock; in TRANSIENT_ERROR, where the last bytes of a run come late, it starts anew. */
    private @Nullable Instant afterProgress(Instant at) {
        return state instanceof TransientError ? at : null;
    }

    private void queue(JobBuilder next, JobQueued e, Instant at) {
        next.leaveSlice(at).state(new Queued(at, e.reason(), e.busyHost(), error()));
        if (e.reason() != QueuedReason.RESUMED) return;
        next.activeTime(Duration.ZERO).resumedOnce().times(times.active(at)); // Resume starts the stopwatch afresh
    }

    private JobState renewed(SliceRenewed e) {
        if (state instanceof Connecting connecting)
            return new Connecting(
                    connecting.slice().renewed(e.slice(), e.endsAt()), connecting.since(), connecting.error());
        Transferring transferring = in(Transferring.class, e);
        return new Transferring(transferring.slice().renewed(e.slice(), e.endsAt()), transferring.since());
    }

    /** The state, which for this event can be no other. */
    private <S extends JobState> S in(Class<S> only, JobEvent event) {
        if (!only.isInstance(state))
            throw new IllegalStateException("Job " + id + ": in " + state.name() + " there is no "
                    + event.getClass().getSimpleName());
        return only.cast(state);
    }

    private Job remember(Recorded recorded, int filesBefore) {
        String key = recorded.request();
        if (key == null || answered(key).isPresent()) return this;
        List<AnsweredRequest> remembered = new ArrayList<>(requests);
        remembered.add(new AnsweredRequest(key, filesBefore, files.size()));
        if (remembered.size() > REMEMBERED_REQUESTS) remembered.removeFirst();
        return new JobBuilder(this).requests(remembered).build();
    }
}
