package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;
import static io.longhaul.job.Decision.refuse;
import static java.util.Objects.requireNonNull;

import io.longhaul.job.JobEvent.CompletionBegan;
import io.longhaul.job.JobEvent.CompletionFailed;
import io.longhaul.job.JobEvent.FileCheckpointed;
import io.longhaul.job.JobEvent.FileOpened;
import io.longhaul.job.JobEvent.FileRedirected;
import io.longhaul.job.JobEvent.FileRestarted;
import io.longhaul.job.JobEvent.FileRetried;
import io.longhaul.job.JobEvent.FileSkipped;
import io.longhaul.job.JobEvent.FileTransferred;
import io.longhaul.job.JobEvent.FileValidated;
import io.longhaul.job.JobEvent.FilesAdded;
import io.longhaul.job.JobEvent.InactivityTimeoutChanged;
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
import io.longhaul.job.JobEvent.PieceHeld;
import io.longhaul.job.JobEvent.PiecesAsked;
import io.longhaul.job.JobEvent.ProgressMade;
import io.longhaul.job.JobEvent.RemoteNamesChanged;
import io.longhaul.job.JobEvent.SliceGranted;
import io.longhaul.job.JobEvent.SliceRenewed;
import io.longhaul.job.JobEvent.SourceChanged;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.Pieces;
import io.longhaul.job.http.HttpChange;
import io.longhaul.job.http.HttpRules;
import io.longhaul.job.http.SecurityFlag;
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
 * @param stalledSince when the no-progress clock began to run: at the first error after the last byte that was new; null: it stands
 * @param activeTime time spent in CONNECTING and TRANSFERRING since the last Resume, in slices that are over
 * @param resumedOnce some properties cannot be set after the first Resume
 * @param ending Complete is under way
 * @param requests the last calls with an Idempotency-Key, oldest first
 * @param brokenOff how many runs in a row have broken off in the program, and left no byte more on disk; null: none
 * @param leftovers whether temporary files may lie beside the destinations of which no file knows; null: no
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
        List<AnsweredRequest> requests,
        @Nullable Integer brokenOff,
        @Nullable Boolean leftovers) {

    /** Enough for the calls that can be under way when a node dies; older ones are answered from the index. */
    private static final int REMEMBERED_REQUESTS = 16;

    /** What breaks a run so often in a row will break the next one too. */
    private static final int MOST_BROKEN_OFF = 3;

    public Job {
        files = List.copyOf(files);
        requests = List.copyOf(requests);
    }

    // What is asked: decides, and changes nothing.

    /** What CreateJob does where there is no job of that id yet. */
    public static Decision create(OwnerCommand.Create create) {
        Optional<Decision.Refused> problem = JobRules.problem(create.spec())
                .or(() -> JobRules.problem(create.files(), 0, create.limits()))
                .or(() -> JobRules.problem(
                        List.of(), create.files(), create.spec().owner()))
                .or(() -> JobRules.problem(create.spec(), create.files()))
                .or(() -> HttpRules.problem(create.spec(), create.files()));
        if (problem.isPresent()) return problem.get();
        if (create.resume() && create.files().isEmpty()) return refuse(BitsError.BG_E_EMPTY);
        // On demand there is nothing to fetch yet
        boolean rests = create.spec().is(JobOptions.Mode.ON_DEMAND);
        if (!create.resume() || rests) return accept(new JobCreated(create.spec(), create.files()));
        return accept(new JobCreated(create.spec(), create.files()), new JobQueued(QueuedReason.RESUMED));
    }

    public Decision decide(JobCommand command, Instant now) {
        if (ending != null && command instanceof OwnerCommand call) return decideWhileEnding(call);
        if (command instanceof Alarm.InactivityTimeout policy) return goBy(policy.timeout(), now);
        if (command instanceof Alarm.BytesCame bytes) return goOnMoving(bytes.last(), now);
        if (command instanceof Alarm.Wake && isLate(now)) return accept(new JobFailed(late(now), false));
        return state.decide(this, command, now);
    }

    /** When something happens by time alone, in whatever state; empty: never. The earliest instant wins. */
    public Optional<Instant> wakeAt() {
        if (state.name().isFinal()) return state.wakeAt(this);
        if (ending != null) return Optional.of(ending.since());
        Instant earliest = inactiveAt();
        Instant deadline = spec.jobOptions().deadline();
        if (deadline != null && state.name().isActive() && deadline.isBefore(earliest)) earliest = deadline;
        Instant atLast = earliest;
        return Optional.of(state.wakeAt(this).filter(at -> at.isBefore(atLast)).orElse(atLast));
    }

    /** Whether the deadline has passed while there was something to do. */
    private boolean isLate(Instant now) {
        Instant deadline = spec.jobOptions().deadline();
        return deadline != null && ending == null && state.name().isActive() && !now.isBefore(deadline);
    }

    private JobError late(Instant now) {
        Integer index = nextFile().map(JobFile::index).orElse(null);
        return new JobError(
                ErrorContext.GENERAL_QUEUE_MANAGER,
                BitsError.WAIT_TIMEOUT,
                BitsError.WAIT_TIMEOUT.text(),
                index,
                now,
                error());
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
        return files.stream().filter(JobFile::wanted).findFirst();
    }

    public boolean hasWork() {
        return nextFile().isPresent();
    }

    /**
     * Whether its run is at that file, as far as its words tell: it goes from one to the next, and tells of small ones only
     * once they are here. The run itself knows for sure, and ends where this does not see it.
     */
    boolean isAt(JobFile file) {
        if (!state.name().isRunning()) return false;
        int from = 0;
        for (JobFile known : files) if (known.heldBy() == lastRun) from = known.index();
        return files.subList(from, files.size()).stream()
                .filter(next -> next.wanted() && next.isOf(lastRun))
                .findFirst()
                .filter(present -> present.index() == file.index())
                .isPresent();
    }

    /** Where a job with these files goes from here: to the queue for what is left, to its end, or, on demand, to rest. */
    JobEvent next(List<JobFile> left, QueuedReason reason) {
        if (left.stream().anyMatch(JobFile::wanted)) return new JobQueued(reason);
        return left.stream().allMatch(JobFile::settled) ? new JobTransferred(false) : new JobSuspended();
    }

    Decision goOn(QueuedReason reason) {
        return accept(next(files, reason));
    }

    /** Nobody saw the run end: the time in which the node was down is no time in which it transferred. */
    Decision goOnAfterLoss() {
        return hasWork()
                ? accept(new JobQueued(QueuedReason.RESTARTED, null, times.modification()))
                : goOn(QueuedReason.RESTARTED);
    }

    /** The call that had this Idempotency-Key and changed the job, where it is remembered. */
    public Optional<AnsweredRequest> answered(String key) {
        return requests.stream().filter(request -> request.key().equals(key)).findFirst();
    }

    // Rules that more than one state shares.

    Decision decideInEveryLiveState(OwnerCommand command, Instant now) {
        return switch (command) {
            case FileCommand call -> new FileDecisions(this, now).decide(call);
            case OwnerCommand.Create again -> ignore(); // the id names this job already
            case OwnerCommand.AddFiles add -> addFiles(add);
            case OwnerCommand.Change change ->
                change.premise() == null || change.premise().holds(spec, change.change())
                        ? change(change.change())
                        : refuse(BitsError.E_CHANGED_STATE);
            case OwnerCommand.TakeOwnership take -> underAnotherPolicy(new OwnershipTaken(take.newOwner()));
            case OwnerCommand.Complete complete -> accept(new CompletionBegan());
            case OwnerCommand.Cancel cancel -> accept(new JobCancelled(false));
            case OwnerCommand.Resume decidedByTheState -> throw new IllegalArgumentException("Resume");
            case OwnerCommand.Suspend decidedByTheState -> throw new IllegalArgumentException("Suspend");
        };
    }

    private Decision addFiles(OwnerCommand.AddFiles add) {
        if (add.files().isEmpty()) return refuse(BitsError.E_INVALIDARG, "At least one file is required.");
        return JobRules.problem(add.files(), files.size(), add.limits())
                .or(() -> JobRules.problem(files, add.files(), add.folder()))
                .or(() -> JobRules.problem(spec, add.files()))
                .or(() -> HttpRules.problem(spec, add.files()))
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
        Optional<Decision.Refused> late = optionsProblem(change.options()).or(() -> httpProblem(change.http()));
        if (late.isPresent()) return late.get();
        JobSpec changed = change.applyTo(spec);
        List<FileSource> sources = files.stream().map(JobFile::source).toList();
        return JobRules.problem(changed)
                .or(() -> JobRules.problem(changed, sources))
                .or(() -> HttpRules.problem(changed, sources))
                .<Decision>map(problem -> problem)
                .orElseGet(() -> changed(changed));
    }

    /** Whether a certificate is revoked is asked when a connection is made: a run that has one ends. */
    private Decision changed(JobSpec changed) {
        boolean asks = changed.httpOptions().has(SecurityFlag.ENABLE_CRL_CHECK)
                && !spec.httpOptions().has(SecurityFlag.ENABLE_CRL_CHECK);
        if (asks && state.name().isRunning() && hasWork())
            return accept(new JobChanged(changed), new JobQueued(QueuedReason.FILE_CHANGED));
        return changed.priority() == spec.priority()
                ? accept(new JobChanged(changed))
                : underAnotherPolicy(new JobChanged(changed));
    }

    /** A job that a policy holds back tries whether it still does: owners and priorities have limits of their own. */
    private Decision underAnotherPolicy(JobEvent change) {
        return state instanceof TransientError held && held.isHeldByPolicy()
                ? accept(change, next(files, QueuedReason.POLICY_CHANGED))
                : accept(change);
    }

    /** What may not be set any more. */
    private Optional<Decision.Refused> optionsProblem(@Nullable OptionsChange change) {
        if (change == null) return Optional.empty();
        if (change.names(JobOptions.Mode.HIGH_PERFORMANCE) && !files.isEmpty())
            return refused(
                    BitsError.BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE,
                    "highPerformance is set before the first file is added.");
        if (resumedOnce && change.names(JobOptions.Mode.DYNAMIC_CONTENT))
            return refused(
                    BitsError.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME, "dynamicContent is set before the first Resume.");
        if (resumedOnce && change.names(JobOptions.Mode.ON_DEMAND))
            return refused(BitsError.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME, "onDemand is set before the first Resume.");
        if (change.fileAcls() != null && state.name() == StateName.TRANSFERRED)
            return refused(BitsError.BG_E_INVALID_STATE, "fileAclFlags are set before the files are transferred.");
        return Optional.empty();
    }

    private Optional<Decision.Refused> httpProblem(@Nullable HttpChange change) {
        if (change == null) return Optional.empty();
        if (change.method() != null && resumedOnce)
            return refused(
                    BitsError.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME, "httpMethod is set before the first Resume.");
        if (Boolean.FALSE.equals(change.headersWriteOnly())
                && spec.httpOptions().headersWriteOnly())
            return refused(
                    BitsError.BG_E_READ_ONLY_PROPERTY,
                    "Custom headers that are write-only stay so; customHeaders may be set anew.");
        return Optional.empty();
    }

    private static Optional<Decision.Refused> refused(BitsError code, String detail) {
        return Optional.of(new Decision.Refused(code, detail));
    }

    Decision resume() {
        if (files.isEmpty()) return refuse(BitsError.BG_E_EMPTY);
        if (hasWork()) return accept(new JobQueued(QueuedReason.RESUMED));
        if (files.stream().allMatch(JobFile::settled))
            return accept(new JobTransferred(times.transferCompletion() != null));
        // On demand, and nothing is asked for
        return state.name() == StateName.SUSPENDED ? ignore() : accept(new JobSuspended());
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

    Decision startSlice(SchedulerCommand.GrantSlice grant, Instant now) {
        // Whoever wakes it may be later than the scheduler, and nothing is to be asked of a server any more
        if (isLate(now)) return accept(new JobFailed(late(now), false));
        return grant.slice() == lastSlice + 1
                ? accept(new SliceGranted(grant.slice(), grant.endsAt(), grant.held(), grant.node()))
                : ignore(); // a grant that was doubled or is late
    }

    Decision decideOnSlice(Slice slice, SchedulerCommand said) {
        return switch (said) {
            case SchedulerCommand.GrantSlice doubled -> ignore();
            case SchedulerCommand.RenewSlice renew ->
                renew.slice() == lastSlice + 1 ? accept(new SliceRenewed(renew.slice(), renew.endsAt())) : ignore();
            case SchedulerCommand.EndSlice end -> end.slice() == slice.number() ? goOn(end.reason()) : ignore();
        };
    }

    /** The run did what it could: back to the queue for what is left, or for a connection to that host. */
    Decision endRun(Slice slice, TransferReport last) {
        if (last.run() != slice.run()) return ignore();
        return last instanceof TransferReport.HostBusy busy && hasWork()
                ? accept(new JobQueued(QueuedReason.HOST_BUSY, busy.host(), null))
                : goOn(QueuedReason.SLICE_ENDED);
    }

    /** The first answer of a server in this run. */
    Decision connect(Slice slice, TransferReport report) {
        if (report.run() != slice.run() || isOfOther(report)) return ignore();
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
                        && !spec.is(JobOptions.Mode.HIGH_PERFORMANCE) // nothing is kept of a file before it is whole
                        && !isOfOther(report)
                        && file(report.fileIndex()).isFurther(report.bytes())
                ? accept(new ProgressMade())
                : ignore();
    }

    /** A run that had begun before the owner changed the URLs of a file speaks of what the old ones lead to. */
    private boolean isOfOther(TransferReport report) {
        return report instanceof TransferReport.OfFile said
                && !file(said.fileIndex()).isOf(report.run());
    }

    private List<JobEvent> eventsOf(TransferReport report, boolean mayBeTransferred) {
        if (isOfOther(report)) return List.of();
        return switch (report) {
            case TransferReport.FileOpened opened -> opened(opened);
            case TransferReport.Checkpointed checkpoint -> checkpointed(checkpoint);
            case TransferReport.PieceCheckpointed piece -> pieceHeld(piece);
            case TransferReport.Redirected redirected ->
                file(redirected.fileIndex()).transferred()
                        ? List.of()
                        : List.of(new FileRedirected(redirected.fileIndex(), redirected.remoteName()));
            case TransferReport.FileRestarted restarted -> restarted(restarted);
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
        return old || known.transferred() || known.pieces() != null
                ? List.of()
                : List.of(new FileCheckpointed(report.fileIndex(), report.bytes(), report.run()));
    }

    private List<JobEvent> restarted(TransferReport.FileRestarted report) {
        JobFile known = file(report.fileIndex());
        if (known.transferred()) return List.of();
        Long reached = report.reached() > known.bytesHeld() ? report.reached() : null;
        return List.of(new FileRestarted(report.fileIndex(), report.reason(), reached));
    }

    private List<JobEvent> pieceHeld(TransferReport.PieceCheckpointed report) {
        JobFile known = file(report.fileIndex());
        if (known.transferred() || known.pieces() == null) return List.of();
        JobFile after = known.holding(report.piece(), report.run());
        if (after.bytesHeld() == known.bytesHeld() && after.heldBy() == known.heldBy()) return List.of();
        JobEvent held = new PieceHeld(report.fileIndex(), report.piece(), report.run());
        boolean waits = state instanceof Queued || state instanceof TransientError;
        List<JobFile> left = new ArrayList<>(files);
        left.set(after.index(), after);
        // The last words of a run that is over: nobody else would see that nothing is asked for any more
        return waits && left.stream().noneMatch(JobFile::wanted) ? List.of(held, new JobSuspended()) : List.of(held);
    }

    private List<JobEvent> opened(TransferReport.FileOpened report) {
        JobFile known = file(report.fileIndex());
        if (known.transferred()) return List.of();
        JobFile seen = known.opened(report.version(), report.bytesTotal(), report.resumable())
                .told(report.digest(), report.responseHeaders());
        return seen.equals(known)
                ? List.of()
                : List.of(new FileOpened(
                        report.fileIndex(),
                        report.version(),
                        report.bytesTotal(),
                        report.resumable(),
                        report.digest(),
                        report.responseHeaders()));
    }

    private List<JobEvent> finished(TransferReport.FileFinished report, boolean mayBeTransferred) {
        if (file(report.fileIndex()).settled()) return List.of(); // the owner goes on without it, or has it
        JobEvent transferred = new FileTransferred(
                report.fileIndex(),
                report.version(),
                report.bytes(),
                report.resumable(),
                report.run(),
                report.responseHeaders());
        boolean last = files.stream().noneMatch(file -> !file.settled() && file.index() != report.fileIndex());
        return last && mayBeTransferred ? List.of(transferred, new JobTransferred(false)) : List.of(transferred);
    }

    Decision fail(Slice slice, TransferReport.RunFailed report, Instant now) {
        if (report.run() != slice.run()) return ignore();
        JobError error = report.error();
        if (isOver(error.fileIndex(), slice)) return goOn(QueuedReason.FILE_CHANGED);
        boolean counted = RetryPolicy.counts(error.code());
        if (RetryPolicy.holds(error.code()))
            return accept(new JobStalled(
                    error,
                    now.plus(RetryPolicy.held(report.retryAfter())),
                    counted,
                    report.retryAfter() == null ? true : null));
        Optional<PiecesAsked> possible = withoutTheImpossible(error);
        if (possible.isPresent()) return accept(possible.get(), new JobFailed(error, counted));
        if (error.isUnforeseen() && runsBrokenOff() + 1 >= MOST_BROKEN_OFF)
            return accept(new JobFailed(brokenOff(error, now), counted));
        boolean fatal =
                report.fatal() || RetryPolicy.everyErrorIsFatal(spec.minimumRetryDelay(), spec.noProgressTimeout());
        Optional<SourceChanged> elsewhere = elsewhere(error, fatal, counted);
        if (elsewhere.isPresent() && goesOnAtOnce(elsewhere.get()))
            return accept(elsewhere.get(), new JobQueued(QueuedReason.FILE_CHANGED));
        if (fatal && elsewhere.isEmpty()) return accept(new JobFailed(error, counted));
        if (stalledSince != null && !now.isBefore(givesUpAt()))
            return accept(new JobFailed(noProgress(error, now), counted));
        Duration delay = RetryPolicy.delay(id, errorCount, spec.minimumRetryDelay(), report.retryAfter());
        JobStalled stalled = new JobStalled(error, now.plus(delay), counted && elsewhere.isEmpty());
        return elsewhere.isPresent() ? accept(elsewhere.get(), stalled) : accept(stalled);
    }

    /**
     * What is still asked for of a file of which parts were wanted that it does not have, or more than the job may fetch: nobody
     * could take those back, and no other server has them either. Empty: that was not the error.
     */
    private Optional<PiecesAsked> withoutTheImpossible(JobError error) {
        boolean outside = error.code() == BitsError.BG_E_INVALID_RANGE;
        boolean tooMuch = error.code() == BitsError.BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED;
        if (error.fileIndex() == null || !(outside || tooMuch)) return Optional.empty();
        JobFile file = file(error.fileIndex());
        Pieces pieces = file.pieces();
        if (pieces == null) return Optional.empty();
        Long size = file.version().size();
        List<ByteRange> possible = !spec.is(JobOptions.Mode.ON_DEMAND)
                ? Pieces.WHOLE
                : outside && size != null ? pieces.within(size) : List.of();
        return possible.equals(pieces.asked())
                ? Optional.empty()
                : Optional.of(new PiecesAsked(file.index(), possible));
    }

    /** Whether that file was changed, or skipped, while the run was at it: then its error is none of the job's. */
    private boolean isOver(@Nullable Integer index, Slice slice) {
        return index != null && (file(index).marks().skipped() || !file(index).isOf(slice.run()));
    }

    /**
     * The next of the file's URLs that may still serve it: after one that does not heal at once, after one that may heal
     * where it has failed before and no byte has come since that had not been there before.
     */
    private Optional<SourceChanged> elsewhere(JobError error, boolean fatal, boolean counted) {
        boolean lasts = fatal || stalledSince != null;
        if (!lasts || error.fileIndex() == null || error.context() == ErrorContext.LOCAL_FILE) return Optional.empty();
        JobFile file = file(error.fileIndex());
        int urls = file.source().remoteNames().size();
        for (int step = 1; step < urls; step++) {
            int place = (file.marks().source() + step) % urls;
            if (!file.marks().refused().contains(place))
                return Optional.of(new SourceChanged(file.index(), place, error, fatal, counted));
        }
        return Optional.empty();
    }

    /** Once round all of them, the job waits. */
    private boolean goesOnAtOnce(SourceChanged change) {
        return change.source() > file(change.fileIndex()).marks().source();
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

    private int runsBrokenOff() {
        return brokenOff == null ? 0 : brokenOff;
    }

    /** BG_E_WATCHDOG_TIMEOUT, with what was seen. */
    private static JobError brokenOff(JobError last, Instant now) {
        return new JobError(
                last.context(),
                BitsError.BG_E_WATCHDOG_TIMEOUT,
                BitsError.BG_E_WATCHDOG_TIMEOUT.text() + " " + last.description(),
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
        if (!now.isBefore(slice.overdueAt())) return goOn(QueuedReason.SLICE_ENDED);
        return decideInactivity(now);
    }

    /** When the maximum download time is used up, where it has been running since then. */
    public Instant timeUsedUpAt(Instant since) {
        return since.plus(spec.maximumDownloadTime()).minus(activeTime);
    }

    Decision decideInactivity(Instant now) {
        return ending == null && !now.isBefore(inactiveAt()) ? accept(new JobCancelled(true)) : ignore();
    }

    /** What arrives is no progress before it is on disk, but a job whose bytes come is not left alone. */
    private Decision goOnMoving(Instant last, Instant now) {
        boolean isInactive = !now.isBefore(inactiveAt());
        boolean moves = state instanceof Transferring && now.isBefore(last.plus(spec.inactivityTimeout()));
        return isInactive && moves && ending == null ? accept(new ProgressMade()) : ignore();
    }

    private Instant inactiveAt() {
        return times.activity().plus(spec.inactivityTimeout());
    }

    /** Millions of jobs need no event each because a policy was changed: only those for which the time has come. */
    private Decision goBy(Duration timeout, Instant now) {
        if (state.name().isFinal() || ending != null || timeout.equals(spec.inactivityTimeout())) return ignore();
        Duration sooner = timeout.compareTo(spec.inactivityTimeout()) < 0 ? timeout : spec.inactivityTimeout();
        return now.isBefore(times.activity().plus(sooner)) ? ignore() : accept(new InactivityTimeoutChanged(timeout));
    }

    /** What the file store's answer means for a Complete that is under way. */
    Decision finishCompletion(StoreReport report) {
        if (ending == null) return ignore(); // the answer to a repetition that came second
        return switch (report) {
            case StoreReport.Published published ->
                published.error() != null
                        ? accept(new CompletionFailed(published.available(), published.error(), published.replaced()))
                        : accept(new JobAcknowledged(published.available(), resultOf(published), published.replaced()));
            case StoreReport.Discarded none -> ignore();
        };
    }

    private BitsError resultOf(StoreReport.Published published) {
        if (!published.allDeleted()) return BitsError.BG_S_UNABLE_TO_DELETE_FILES;
        return files.stream().allMatch(JobFile::transferred) ? BitsError.S_OK : BitsError.BG_S_PARTIAL_COMPLETE;
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
                List.of(),
                null,
                null);
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
            case JobChanged e -> next.spec(e.spec()).filesAsSpecified().times(times.active(at));
            case InactivityTimeoutChanged e -> next.spec(spec.inactiveAfter(e.timeout()));
            case OwnershipTaken e -> next.spec(spec.takenBy(e.newOwner())).times(times.active(at));
            case JobQueued e -> queue(next, e, at);
            case JobSuspended e ->
                next.leaveSlice(at)
                        .stalledSince(null)
                        .state(new Suspended(at, recorded.by()))
                        .times(times.active(at));
            case SliceGranted e ->
                next.slice(e.slice(), e.slice())
                        .stalledSince(stalledSince == null ? null : stalledSince.plus(e.held()))
                        .state(new Connecting(new Slice(e.slice(), e.slice(), e.endsAt()), at, error()));
            case SliceRenewed e -> next.slice(e.slice(), lastRun).state(renewed(e));
            case JobConnected e -> {
                Connecting connecting = in(Connecting.class, e);
                next.state(new Transferring(connecting.slice(), connecting.since()));
            }
            case FileOpened e ->
                next.file(file(e.fileIndex())
                        .opened(e.version(), e.bytesTotal(), e.resumable())
                        .told(e.digest(), e.responseHeaders()));
            case FileCheckpointed e -> {
                JobFile before = file(e.fileIndex());
                next.file(before.held(e.bytes(), e.run()));
                if (before.isFurther(e.bytes())) moreOnDisk(next, at);
            }
            case ProgressMade e -> {
                // Nothing is kept of a file before it is whole: that bytes come is activity, and no more
                if (!spec.is(JobOptions.Mode.HIGH_PERFORMANCE)) next.stalledSince(null);
                next.times(times.active(at));
            }
            case FileRedirected e -> next.file(file(e.fileIndex()).renamed(e.remoteName()));
            case FileRestarted e -> next.file(restarted(e));
            case FileTransferred e -> {
                JobFile file = transferred(e);
                next.file(spec.is(JobOptions.Mode.HIGH_PERFORMANCE) ? file.asAvailable() : file);
                moreOnDisk(next, at);
            }
            case RemoteNamesChanged e ->
                next.file(file(e.fileIndex())
                                .renamed(e.remoteNames(), e.redirected())
                                .renamedAfter(lastRun))
                        .times(times.active(at));
            case SourceChanged e ->
                next.file(file(e.fileIndex()).fetchedFrom(e.source(), e.refused()))
                        .count(e.counted());
            case FileSkipped e -> next.file(file(e.fileIndex()).skipped()).times(afterSkipping(e.fileIndex(), at));
            case FileRetried e -> next.file(retried(e)).times(times.active(at));
            case FileValidated e ->
                next.file(
                                e.valid()
                                        ? file(e.fileIndex()).validated()
                                        : file(e.fileIndex()).rejected())
                        .times(times.active(at));
            case PiecesAsked e ->
                next.file(file(e.fileIndex()).asking(e.asked())).times(times.active(at));
            case PieceHeld e -> {
                JobFile before = file(e.fileIndex());
                JobFile holding = before.holding(e.piece(), e.run());
                next.file(holding);
                if (before.isFurther(holding.bytesHeld())) moreOnDisk(next, at);
            }
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
                        .state(new TransientError(e.error(), e.retryAt(), e.untilChange()))
                        .stalledSince(stalledSince == null && counts(e) ? at : stalledSince)
                        .brokenOff(counts(e) ? brokenOffWith(e.error()) : brokenOff);
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
                next.available(e.available())
                        .ending(null)
                        .spec(spec.withoutSecrets())
                        .state(new Acknowledged(at, e.result()));
            case JobCancelled e ->
                next.leaveSlice(at)
                        .ending(null)
                        .state(new Cancelled(at, false, BitsError.S_OK, recorded.cause(), recorded.by()));
            case JobCleanedUp e ->
                next.spec(spec.withoutSecrets())
                        .state(in(Cancelled.class, e)
                                .cleanedUp(e.allDeleted() ? BitsError.S_OK : BitsError.BG_S_UNABLE_TO_DELETE_FILES));
        }
        Job after = next.build();
        Transitions.check(state.name(), event, after.state.name(), id);
        if (endsUnheard(recorded, after)) after = next.leavingFiles().build();
        return after.remember(recorded, files.size());
    }

    /** One that was TRANSFERRED but for a file that was added since is so again without it. */
    private JobTimes afterSkipping(int index, Instant at) {
        JobTimes active = times.active(at);
        boolean whole = state instanceof Transferred
                && times.transferCompletion() == null
                && files.stream().allMatch(file -> file.settled() || file.index() == index);
        return whole ? active.completed(at) : active;
    }

    /**
     * Whether the run ends here without having told of all that it leaves on disk. One that ends by itself has, and has
     * deleted what holds no byte. One that was told to stop, or is lost, may go on for a while and not be heard any more;
     * then the next one begins a file of its own. The same goes for what the disk refused, and for what nobody had
     * thought of.
     */
    private boolean endsUnheard(Recorded recorded, Job after) {
        if (!state.name().isRunning() || after.state.name().isRunning()) return false;
        JobError last = after.error();
        return recorded.cause() != Recorded.Cause.TRANSFER
                || (last != null
                        && (last.context() == ErrorContext.LOCAL_FILE || last.context() == ErrorContext.UNKNOWN));
    }

    private JobFile restarted(FileRestarted e) {
        JobFile file = file(e.fileIndex());
        // Another server is not measured by what the last one brought
        boolean others = file.marks().moved()
                || e.reason() == BitsError.BG_E_REMOTE_FILE_CHANGED
                || e.reason() == BitsError.BG_E_VALIDATION_FAILED;
        return file.restarted(e.reached() == null ? file.bytesHeld() : e.reached(), others);
    }

    /** A position is forgotten: a server without ranges cannot begin there. */
    private JobFile retried(FileRetried e) {
        JobFile again = file(e.fileIndex()).retried();
        return spec.is(JobOptions.Mode.ON_DEMAND) ? again : again.fromTheFront();
    }

    private JobFile transferred(FileTransferred e) {
        JobFile file = file(e.fileIndex()).asTransferred(e.version(), e.bytes(), e.run(), e.resumable());
        return e.responseHeaders() == null ? file : file.told(file.marks().digest(), e.responseHeaders());
    }

    private void moreOnDisk(JobBuilder next, Instant at) {
        next.stalledSince(afterProgress(at)).brokenOff(null).times(times.active(at));
    }

    private @Nullable Integer brokenOffWith(JobError last) {
        return last.isUnforeseen() ? Integer.valueOf(runsBrokenOff() + 1) : null;
    }

    /** A new byte stops the no-progress clock; in TRANSIENT_ERROR, where the last bytes of a run come late, it starts anew. */
    private @Nullable Instant afterProgress(Instant at) {
        return state instanceof TransientError failed && !failed.isHeld() ? at : null;
    }

    /** A job that is held back was not given the chance to make progress. */
    private static boolean counts(JobStalled e) {
        return !RetryPolicy.holds(e.error().code());
    }

    private @Nullable Instant afterBeingHeld(Instant at) {
        if (stalledSince == null || !(state instanceof TransientError failed) || !failed.isHeld()) return stalledSince;
        Instant since = failed.error().at();
        return since.isBefore(at) ? stalledSince.plus(Duration.between(since, at)) : stalledSince;
    }

    private void queue(JobBuilder next, JobQueued e, Instant at) {
        next.leaveSlice(e.lastSeenAt() == null ? at : e.lastSeenAt())
                .stalledSince(afterBeingHeld(at))
                .state(new Queued(at, e.reason(), e.busyHost(), error()));
        if (e.reason() != QueuedReason.RESUMED) return;
        // Resume starts the stopwatch afresh, and everything may be tried again
        next.activeTime(Duration.ZERO).brokenOff(null).resumedOnce().hopeful().times(times.active(at));
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
