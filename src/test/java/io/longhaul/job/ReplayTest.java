package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.JobFixtures.BROKEN_OFF;
import static io.longhaul.testkit.JobFixtures.CANCEL;
import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.ID;
import static io.longhaul.testkit.JobFixtures.LIMITS;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.RESTARTED;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.SLICE;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.addFile;
import static io.longhaul.testkit.JobFixtures.change;
import static io.longhaul.testkit.JobFixtures.createJob;
import static io.longhaul.testkit.JobFixtures.error;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.noProgressTimeout;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.restarted;
import static io.longhaul.testkit.JobFixtures.take;
import static io.longhaul.testkit.JobFixtures.timed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import io.longhaul.testkit.JobFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

@Label("Whatever is said to a job, and whenever")
class ReplayTest {
    /** Each number becomes a command, so that jqwik can leave out what a failure does not need. */
    @Property(tries = 3000)
    @Label("its history alone makes it again, and what must always hold holds")
    void replays(@ForAll @Size(max = 80) List<Long> script) {
        List<Recorded> history = new ArrayList<>();
        Job job = null;
        JobSpec spec =
                timed(Duration.ofSeconds(30), Duration.ofSeconds(200), Duration.ofSeconds(500), Duration.ofHours(2));
        for (JobEvent event : accepted(Job.create(createJob(spec, script.size() % 4, false)))) {
            history.add(recorded(event, START));
            job = Job.evolve(job, ID, history.getLast());
        }
        Instant now = START;
        for (long number : script) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(number);
            Job before = job;
            now = later(now, before, random);
            Decision decision = before.decide(command(before, now, random), now);
            if (!(decision instanceof Decision.Accepted yes)) continue;
            for (JobEvent event : yes.events()) {
                history.add(recorded(event, now));
                Job next = job.evolve(history.getLast());
                holds(job, event, next);
                job = next;
            }
        }
        assertEquals(job, replayed(history));
    }

    private static void holds(Job before, JobEvent event, Job after) {
        if (before.state().name().isFinal())
            assertEquals(before.state().name(), after.state().name());
        else assertTrue(after.state().name().isFinal() || after.wakeAt().isPresent(), "will be woken");
        assertEquals(before.sequence() + 1, after.sequence());
        assertTrue(after.errorCount() >= before.errorCount(), "errors are never forgotten");
        boolean newSlice = event instanceof JobEvent.SliceGranted || event instanceof JobEvent.SliceRenewed;
        assertEquals(before.lastSlice() + (newSlice ? 1 : 0), after.lastSlice(), "slices are numbered without a gap");
        if (event instanceof JobEvent.SliceGranted)
            assertEquals(StateName.QUEUED, before.state().name());
        assertTrue(after.lastRun() <= after.lastSlice());
        assertTrue(!after.activeTime().isNegative());
        for (JobFile file : after.files()) {
            if (file.bytesTotal() != null) assertTrue(file.bytesHeld() <= file.bytesTotal(), "no more than there is");
            if (file.transferred()) assertEquals(file.bytesTotal(), file.bytesHeld());
            if (file.available()) assertTrue(file.transferred());
        }
        if (event instanceof JobEvent.JobQueued) assertTrue(after.hasWork(), "nothing waits for nothing");
        if (event instanceof JobEvent.JobTransferred) assertTrue(!after.hasWork());
        if (after.ending() != null) assertTrue(!after.state().name().isActive(), "nothing moves while it is completed");
        if (after.state() instanceof Transferring) assertTrue(after.error() == null);
    }

    private static Job replayed(List<Recorded> history) {
        Job job = null;
        for (Recorded recorded : history) job = Job.evolve(job, ID, recorded);
        return job;
    }

    private static Recorded recorded(JobEvent event, Instant at) {
        return new Recorded(event, at, Recorded.Cause.OWNER, ANNA.name(), null);
    }

    private static List<JobEvent> accepted(Decision decision) {
        return ((Decision.Accepted) decision).events();
    }

    private static Instant later(Instant now, Job job, RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> now.plusSeconds(random.nextInt(60));
            case 1 -> now.plusSeconds(random.nextInt(1000));
            case 2 -> {
                Instant at = job.wakeAt().orElse(now);
                yield at.isAfter(now) ? at : now;
            }
            case 3 -> random.nextInt(10) == 0 ? now.plusSeconds(7200) : now;
            default -> now.plusMillis(random.nextInt(1000));
        };
    }

    private static JobCommand command(Job job, Instant now, RandomGenerator random) {
        return switch (random.nextInt(10)) {
            case 0 -> ownersCall(random);
            case 1, 2, 3 -> schedulersWord(job, now, random);
            case 4, 5, 6, 7 -> job.files().isEmpty() ? RESUME : report(job, now, random);
            case 8 -> stored(job, random);
            default ->
                switch (random.nextInt(8)) {
                    case 0 -> RESTARTED;
                    case 1 -> BROKEN_OFF;
                    default -> WAKE;
                };
        };
    }

    private static OwnerCommand ownersCall(RandomGenerator random) {
        return switch (random.nextInt(14)) {
            case 0 -> SUSPEND;
            case 1 -> COMPLETE;
            case 2 -> random.nextBoolean() ? CANCEL : RESUME;
            case 3 -> addFile();
            case 4 -> change(renamed("other", random.nextBoolean() ? "site-7" : null));
            case 5 -> take(BEN);
            case 6 -> change(noProgressTimeout(Duration.ofSeconds(random.nextInt(300))));
            case 7 -> new OwnerCommand.AddFiles(List.of(), ANNA, LIMITS);
            case 8 -> aboutAFile(random);
            default -> RESUME;
        };
    }

    private static FileCommand aboutAFile(RandomGenerator random) {
        int file = random.nextInt(3);
        return switch (random.nextInt(7)) {
            case 0 -> new FileCommand.SkipFile(file);
            case 1 -> new FileCommand.RetryFile(file);
            case 2 -> new FileCommand.ValidateFile(file, random.nextBoolean());
            case 3 -> new FileCommand.SetRemoteNames(file, List.of("http://one.example/a", "http://two.example/a"));
            case 4 -> new FileCommand.ReplaceRemotePrefix("http://files.example/", "http://new.example/");
            case 5 -> new FileCommand.MoveDownload(file, random.nextInt(1200));
            default -> new FileCommand.RequestRanges(file, List.of(new ByteRange(random.nextInt(900), 100L)), LIMITS);
        };
    }

    private static SchedulerCommand schedulersWord(Job job, Instant now, RandomGenerator random) {
        long near = Math.max(0, job.lastSlice() + random.nextInt(-1, 3));
        return switch (random.nextInt(6)) {
            case 0 -> new SchedulerCommand.EndSlice(near, QueuedReason.PREEMPTED);
            case 1 -> new SchedulerCommand.RenewSlice(near, now.plus(SLICE));
            default ->
                new SchedulerCommand.GrantSlice(
                        random.nextInt(4) == 0 ? near : job.lastSlice() + 1,
                        now.plus(SLICE),
                        Duration.ofSeconds(random.nextInt(2)),
                        NODE);
        };
    }

    /** Of the run that is under way, or now and then of another one; a run knows its job and tells no nonsense. */
    private static TransferReport report(Job job, Instant now, RandomGenerator random) {
        long run = random.nextInt(5) > 0 ? job.lastRun() : Math.max(0, job.lastRun() + random.nextInt(-2, 2));
        int index = random.nextInt(3) > 0
                ? job.nextFile().map(JobFile::index).orElse(0)
                : random.nextInt(job.files().size());
        return switch (random.nextInt(12)) {
            case 11 ->
                new TransferReport.PieceCheckpointed(
                        run, index, new ByteRange(random.nextInt(900), (long) random.nextInt(1, 101)));
            case 0, 1 -> opened(run, index);
            case 2 -> JobFixtures.arrived(run, index, random.nextInt(1001));
            case 3, 4 -> held(run, index, random.nextInt(1001));
            case 5 -> restarted(run, index);
            case 6, 7 -> JobFixtures.finished(run, index);
            case 8 ->
                new TransferReport.RunFailed(
                        run,
                        error(random.nextBoolean() ? new HttpError(503) : BitsError.BG_E_DESTINATION_LOCKED, now),
                        random.nextInt(4) == 0,
                        random.nextBoolean() ? null : Duration.ofSeconds(random.nextInt(100)));
            case 9 -> new TransferReport.HostBusy(run, "files.example:80");
            default -> new TransferReport.RunDone(run);
        };
    }

    private static StoreReport stored(Job job, RandomGenerator random) {
        List<Integer> done = job.files().stream()
                .filter(JobFile::transferred)
                .map(JobFile::index)
                .toList();
        return switch (random.nextInt(3)) {
            case 0 -> new StoreReport.Published(done, null, random.nextBoolean());
            case 1 -> new StoreReport.Published(List.of(), error(BitsError.BG_E_DESTINATION_LOCKED, START), true);
            default -> new StoreReport.Discarded(random.nextBoolean());
        };
    }
}
