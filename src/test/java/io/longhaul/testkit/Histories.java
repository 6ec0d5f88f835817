package io.longhaul.testkit;

import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.Job;
import io.longhaul.job.JobError;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.Recorded;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.RemoteVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** What may have happened to jobs, made up. */
public final class Histories {
    public static final Instant BEGIN = Instant.parse("2026-11-20T08:00:00.123456Z");

    private Histories() {}

    /** A UUIDv7 of that number: higher numbers are younger. */
    public static JobId id(long number) {
        return new JobId(new UUID((BEGIN.toEpochMilli() + number) << 16 | 0x7000, 0x8000_0000_0000_0000L | number));
    }

    public static JobSpec spec(String owner, String queue, Priority priority, String name, Map<String, String> labels) {
        return new JobSpec(
                new Owner(owner),
                queue,
                name,
                "",
                JobSpec.JobType.DOWNLOAD,
                priority,
                new TreeMap<>(labels),
                Duration.ofMinutes(10),
                Duration.ofDays(14),
                Duration.ofDays(90),
                Duration.ofDays(90),
                null,
                false,
                null,
                new TreeMap<>(),
                null,
                null,
                null);
    }

    public static FileSource file(String remoteName) {
        return new FileSource(remoteName, "maps/" + Integer.toHexString(remoteName.hashCode()), List.of(), null);
    }

    public static Recorded at(Instant at, JobEvent event) {
        return new Recorded(event, at, Recorded.Cause.OWNER, "alice", null);
    }

    public static Recorded created(Instant at, JobSpec spec, String... remoteNames) {
        return at(
                at,
                new JobEvent.JobCreated(
                        spec, List.of(remoteNames).stream().map(Histories::file).toList()));
    }

    public static JobEvent queued() {
        return new JobEvent.JobQueued(QueuedReason.RESUMED);
    }

    public static JobEvent granted(long slice, Instant endsAt) {
        return new JobEvent.SliceGranted(slice, endsAt, Duration.ZERO, "127.0.0.1:25520");
    }

    public static JobEvent fileTransferred(int index, long bytes, long run) {
        return new JobEvent.FileTransferred(index, new RemoteVersion("\"v1\"", null, bytes), bytes, true, run, null);
    }

    public static JobEvent stalled(Instant at) {
        JobError error = JobError.of(ErrorContext.GENERAL_TRANSPORT, BitsError.ERROR_WINHTTP_CONNECTION_ERROR, 0, at);
        return new JobEvent.JobStalled(error, at.plusSeconds(600), true);
    }

    public static JobEvent failed(Instant at) {
        return new JobEvent.JobFailed(
                JobError.of(ErrorContext.REMOTE_FILE, new io.longhaul.job.HttpError(404), 0, at), true);
    }

    /** A whole life, from its creation to Complete, a second from one event to the next. */
    public static List<Recorded> life(JobSpec spec, Instant begin) {
        return List.of(
                created(begin, spec, "https://origin.example/a"),
                at(begin, queued()),
                at(begin.plusSeconds(1), granted(1, begin.plusSeconds(300))),
                at(begin.plusSeconds(2), new JobEvent.JobConnected()),
                at(begin.plusSeconds(3), fileTransferred(0, 1000, 1)),
                at(begin.plusSeconds(3), new JobEvent.JobTransferred(false)),
                at(begin.plusSeconds(4), new JobEvent.CompletionBegan()),
                at(begin.plusSeconds(5), new JobEvent.JobAcknowledged(List.of(0), BitsError.S_OK, List.of())));
    }

    public static Job fold(JobId id, List<Recorded> history) {
        Job job = null;
        for (Recorded recorded : history) job = Job.evolve(job, id, recorded);
        return job;
    }
}
