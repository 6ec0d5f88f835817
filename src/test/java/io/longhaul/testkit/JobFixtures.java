package io.longhaul.testkit;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.longhaul.job.Alarm;
import io.longhaul.job.BitsError;
import io.longhaul.job.Decision;
import io.longhaul.job.ErrorCode;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.HttpError;
import io.longhaul.job.Job;
import io.longhaul.job.JobChange;
import io.longhaul.job.JobCommand;
import io.longhaul.job.JobError;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.JobLimits;
import io.longhaul.job.JobSpec;
import io.longhaul.job.JobState;
import io.longhaul.job.OptionsChange;
import io.longhaul.job.Owner;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Priority;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.Recorded;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.StateName;
import io.longhaul.job.StoreReport;
import io.longhaul.job.TransferReport;
import io.longhaul.job.Value;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.RemoteVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

/** Specs, files, commands and jobs with a past, so that a test is a few lines. */
public final class JobFixtures {
    public static final JobId ID = id(1);
    public static final Owner ANNA = new Owner("anna");
    public static final Owner BEN = new Owner("ben");
    public static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    public static final Duration SLICE = Duration.ofMinutes(5);
    public static final Duration RETRY_DELAY = Duration.ofSeconds(600);
    public static final Duration NO_PROGRESS = Duration.ofDays(14);
    public static final Duration MAXIMUM = Duration.ofDays(90);
    public static final Duration INACTIVITY = Duration.ofDays(90);
    public static final JobLimits LIMITS = new JobLimits(200, 500);
    public static final RemoteVersion VERSION = new RemoteVersion("\"v1\"", "Sun, 01 Mar 2026 00:00:00 GMT", 1000L);
    public static final String NODE = "10.0.0.1:25520";

    public static final OwnerCommand RESUME = new OwnerCommand.Resume();
    public static final OwnerCommand SUSPEND = new OwnerCommand.Suspend();
    public static final OwnerCommand COMPLETE = new OwnerCommand.Complete();
    public static final OwnerCommand CANCEL = new OwnerCommand.Cancel();
    public static final Alarm WAKE = new Alarm.Wake();
    public static final Alarm POLICY_CHANGED = new Alarm.PolicyChanged();
    public static final Alarm RESTARTED = new Alarm.Restarted();
    public static final Alarm BROKEN_OFF = new Alarm.BrokenOff();

    private JobFixtures() {}

    public static JobId id(long number) {
        return new JobId(new UUID(0x0195_0000_0000_7000L, 0x8000_0000_0000_0000L + number));
    }

    public static JobSpec spec() {
        return spec(Priority.NORMAL);
    }

    public static JobSpec spec(Priority priority) {
        return new JobSpec(
                ANNA,
                "default",
                "maps",
                "",
                JobSpec.JobType.DOWNLOAD,
                priority,
                new TreeMap<>(),
                RETRY_DELAY,
                NO_PROGRESS,
                MAXIMUM,
                INACTIVITY,
                null,
                false,
                null,
                new TreeMap<>(),
                null,
                null,
                null);
    }

    /** The same with other times; null leaves one as it is. */
    public static JobSpec timed(Duration retryDelay, Duration noProgress, Duration maximum, Duration inactivity) {
        JobSpec spec = spec();
        return new JobSpec(
                spec.owner(),
                spec.queue(),
                spec.displayName(),
                spec.description(),
                spec.type(),
                spec.priority(),
                spec.labels(),
                retryDelay == null ? spec.minimumRetryDelay() : retryDelay,
                noProgress == null ? spec.noProgressTimeout() : noProgress,
                maximum == null ? spec.maximumDownloadTime() : maximum,
                inactivity == null ? spec.inactivityTimeout() : inactivity,
                spec.maxDownloadBytes(),
                spec.requireRanges(),
                spec.bandwidthBytesPerSecond(),
                spec.customHeaders(),
                spec.notification(),
                null,
                null);
    }

    /** The same, with somebody to be told. */
    public static JobSpec notifying(JobSpec.Notify notify) {
        return notify(notify).applyTo(spec());
    }

    public static JobChange notify(JobSpec.Notify notify) {
        return new JobChange(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new Value<>(notify),
                null,
                null);
    }

    /** One more header that everybody may read. */
    public static JobChange header(String name, String value) {
        return new JobChange(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new JobChange.MapChange(false, Map.of(name, value)),
                null,
                null,
                null);
    }

    public static FileSource file(int number) {
        return new FileSource("http://files.example/" + number + ".bin", "maps/" + number + ".bin", List.of(), null);
    }

    public static List<FileSource> files(int count) {
        return IntStream.range(0, count).mapToObj(JobFixtures::file).toList();
    }

    public static OwnerCommand.Create createJob(JobSpec spec, int files, boolean resume) {
        return new OwnerCommand.Create(spec, files(files), resume, LIMITS);
    }

    public static OwnerCommand addFile() {
        return new OwnerCommand.AddFiles(List.of(file(9)), ANNA, LIMITS);
    }

    public static OwnerCommand change(JobChange change) {
        return new OwnerCommand.Change(change);
    }

    /** Only the display name and the queue; null leaves one as it is. */
    public static JobChange renamed(String displayName, String queue) {
        return new JobChange(
                displayName, null, queue, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    public static JobChange prioritized(Priority priority) {
        return new JobChange(
                null, null, null, priority, null, null, null, null, null, null, null, null, null, null, null);
    }

    public static JobChange limitedTo(Long maxDownloadBytes) {
        return new JobChange(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                new Value<>(maxDownloadBytes),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    public static JobChange noProgressTimeout(Duration timeout) {
        return new JobChange(
                null, null, null, null, null, null, timeout, null, null, null, null, null, null, null, null);
    }

    /** Another deadline. */
    public static OwnerCommand due(Instant deadline) {
        OptionsChange change = new OptionsChange(List.of(), List.of(), null, null, new Value<>(deadline));
        return change(new JobChange(
                null, null, null, null, null, null, null, null, null, null, null, null, null, change, null));
    }

    public static OwnerCommand take(Owner newOwner) {
        return new OwnerCommand.TakeOwnership(newOwner);
    }

    public static TransferReport opened(long run, int file) {
        return new TransferReport.FileOpened(run, file, VERSION, 1000L, true);
    }

    public static TransferReport arrived(long run, int file, long bytes) {
        return new TransferReport.Progressed(run, file, bytes);
    }

    public static TransferReport held(long run, int file, long bytes) {
        return new TransferReport.Checkpointed(run, file, bytes);
    }

    public static TransferReport restarted(long run, int file) {
        return startsOver(run, file, BitsError.BG_E_REMOTE_FILE_CHANGED, 0);
    }

    /** The file starts at 0, and there were so many bytes of it. */
    public static TransferReport startsOver(long run, int file, ErrorCode reason, long reached) {
        return new TransferReport.FileRestarted(run, file, reason, reached);
    }

    public static TransferReport finished(long run, int file) {
        return new TransferReport.FileFinished(run, file, VERSION, 1000, true);
    }

    public static JobError error(ErrorCode code, Instant at) {
        return JobError.of(ErrorContext.REMOTE_FILE, code, 0, at);
    }

    public static TransferReport failed(long run, ErrorCode code, boolean fatal, Instant at) {
        return new TransferReport.RunFailed(run, error(code, at), fatal, null);
    }

    /** A policy lets nothing through, for so long; null: nobody knows. */
    public static TransferReport blocked(long run, Duration until, Instant at) {
        return new TransferReport.RunFailed(run, error(BitsError.BG_E_BLOCKED_BY_POLICY, at), false, until);
    }

    public static TransferReport cutOff(long run, Instant at) {
        return new TransferReport.RunFailed(run, error(BitsError.BG_E_NETWORK_DISCONNECTED, at), false, null);
    }

    /** What nobody had thought of broke the run off. */
    public static TransferReport brokenOff(long run, Instant at) {
        JobError unforeseen = new JobError(
                ErrorContext.UNKNOWN,
                BitsError.E_FAIL,
                "The transfer broke off: IllegalStateException",
                null,
                at,
                null);
        return new TransferReport.RunFailed(run, unforeseen, false, null);
    }

    public static StoreReport published(Integer... available) {
        return new StoreReport.Published(List.of(available), null, true);
    }

    public static StoreReport unpublished(Integer... available) {
        return new StoreReport.Published(
                List.of(available),
                JobError.of(ErrorContext.LOCAL_FILE, BitsError.BG_E_DESTINATION_LOCKED, 1, START),
                true);
    }

    /** A job as it was just created, with so many files. */
    public static Story job(JobSpec spec, int files) {
        return new Story(spec, files);
    }

    public static Story job(int files) {
        return job(spec(), files);
    }

    /** A job of two files in that state. */
    public static Story in(StateName state) {
        return job(2).to(state);
    }

    /** A job that lives through what a test tells. Time goes on only when it is told to. */
    public static final class Story {
        private final List<Recorded> history = new ArrayList<>();
        private Instant now = START;
        private Job job;

        private Story(JobSpec spec, int files) {
            record(Job.create(createJob(spec, files, false)), Recorded.Cause.OWNER);
        }

        /** The shortest way of a fresh job to that state. */
        public Story to(StateName state) {
            return switch (state) {
                case SUSPENDED -> this;
                case QUEUED -> after(RESUME);
                case CONNECTING -> to(StateName.QUEUED).granted();
                case TRANSFERRING -> to(StateName.CONNECTING).after(opened(1, 0));
                case TRANSIENT_ERROR -> to(StateName.TRANSFERRING).stalled();
                case ERROR -> to(StateName.TRANSFERRING).after(failed(job.lastRun(), new HttpError(404), true, now));
                case TRANSFERRED -> to(StateName.TRANSFERRING).allFinished();
                case ACKNOWLEDGED -> to(StateName.TRANSFERRED).after(COMPLETE, published(0, 1));
                case CANCELLED -> after(CANCEL);
            };
        }

        /** Says this to the job, which must accept it. */
        public Story after(JobCommand... commands) {
            for (JobCommand command : commands) record(job.decide(command, now), causeOf(command));
            return this;
        }

        public Story later(Duration time) {
            now = now.plus(time);
            return this;
        }

        public Story at(Instant instant) {
            now = instant;
            return this;
        }

        public Story granted() {
            return granted(Duration.ZERO);
        }

        /** The next slice, after the owner was logged off for so long. */
        public Story granted(Duration held) {
            return after(new SchedulerCommand.GrantSlice(job.lastSlice() + 1, now.plus(SLICE), held, NODE));
        }

        public Story renewed() {
            return after(new SchedulerCommand.RenewSlice(job.lastSlice() + 1, now.plus(SLICE)));
        }

        public Story ended(QueuedReason reason) {
            return after(new SchedulerCommand.EndSlice(job.lastSlice(), reason));
        }

        /** The run fails in a way that may heal. */
        public Story stalled() {
            return after(failed(job.lastRun(), BitsError.ERROR_WINHTTP_CONNECTION_ERROR, false, now));
        }

        /** The run breaks off in the program. */
        public Story brokenOff() {
            return after(JobFixtures.brokenOff(job.lastRun(), now));
        }

        /** Goes on to the retry, which is under way after this. */
        public Story retried() {
            return at(job.wakeAt().orElseThrow()).after(WAKE).granted();
        }

        public Story allFinished() {
            for (int file = 0; file < job.files().size(); file++) {
                if (!job.files().get(file).transferred()) after(finished(job.lastRun(), file));
            }
            return this;
        }

        /** What the job would say; nothing changes. */
        public Decision asked(JobCommand command) {
            return job.decide(command, now);
        }

        /** What would happen; nothing changes. */
        public List<JobEvent> events(JobCommand command) {
            return assertInstanceOf(Decision.Accepted.class, asked(command)).events();
        }

        /** The code with which the job would refuse; nothing changes. */
        public ErrorCode refusal(JobCommand command) {
            return assertInstanceOf(Decision.Refused.class, asked(command)).code();
        }

        private static Recorded.Cause causeOf(JobCommand command) {
            return command instanceof TransferReport ? Recorded.Cause.TRANSFER : Recorded.Cause.OWNER;
        }

        private void record(Decision decision, Recorded.Cause cause) {
            for (JobEvent event :
                    assertInstanceOf(Decision.Accepted.class, decision).events()) {
                Recorded recorded = new Recorded(event, now, cause, ANNA.name(), null);
                history.add(recorded);
                job = Job.evolve(job, ID, recorded);
            }
        }

        public Job job() {
            return job;
        }

        public StateName state() {
            return job.state().name();
        }

        /** The state, with what only this state has. */
        public <S extends JobState> S state(Class<S> type) {
            return assertInstanceOf(type, job.state());
        }

        public Instant now() {
            return now;
        }

        public List<Recorded> history() {
            return List.copyOf(history);
        }
    }
}
