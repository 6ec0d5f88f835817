package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.JobFixtures.LIMITS;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.files;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.id;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.Connecting;
import io.longhaul.job.Decision;
import io.longhaul.job.Job;
import io.longhaul.job.JobCommand;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Priority;
import io.longhaul.job.Queued;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.Recorded;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.Slice;
import io.longhaul.job.StateName;
import io.longhaul.job.Transferring;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Real jobs and a real schedule, with a network between them that loses, doubles and delays what they say. */
@Label("A schedule that cannot rely on words")
class LostWordsTest {
    private static final Duration SLICE = Duration.ofSeconds(8);
    private static final List<Priority> BACKGROUND = List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW);
    private static final Duration TICK = Duration.ofMillis(250);

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    @Label("runs no more jobs than there are slots once words arrive, and in the end every job")
    void settles(@ForAll long seed) {
        Random random = new Random(seed);
        Fleet fleet = new Fleet(random, 1 + random.nextInt(4), 3 + random.nextInt(10));
        fleet.unreliable = true;
        boolean staysAlive = random.nextBoolean();
        for (int tick = 0; tick < 400; tick++) {
            if (!staysAlive && random.nextInt(100) == 0) fleet.loseSchedule();
            if (random.nextInt(100) == 0) fleet.slots(1 + random.nextInt(4));
            fleet.tick();
        }
        fleet.unreliable = false;
        fleet.delayed.clear();
        for (int tick = 0; tick < 80; tick++) fleet.tick();
        for (int tick = 0; tick < 4000 && fleet.left() > 0; tick++) {
            fleet.tick();
            assertTrue(fleet.running() <= fleet.slots, () -> fleet.running() + " run in " + fleet.slots);
        }
        assertEquals(0, fleet.left(), "jobs that never got their turn");
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    @Label("runs every job in the end though hosts and nodes are full, owners leave, and no word of a free place comes")
    void settlesWhereEverythingIsFull(@ForAll long seed) {
        Random random = new Random(seed);
        Fleet fleet = new Fleet(random, 1 + random.nextInt(4), 3 + random.nextInt(10), true);
        fleet.unreliable = true;
        for (int tick = 0; tick < 400; tick++) {
            if (random.nextInt(150) == 0) fleet.loseSchedule();
            if (random.nextInt(60) == 0) fleet.leaveOrReturn(random.nextBoolean() ? ANNA : BEN);
            fleet.tick();
        }
        fleet.unreliable = false;
        fleet.delayed.clear();
        for (int tick = 0; tick < 80; tick++) fleet.tick();
        for (Owner owner : fleet.away)
            assertEquals(0, fleet.running(job -> job.spec().owner().equals(owner)), "jobs of one who is away");
        for (Owner owner : List.copyOf(fleet.away)) fleet.leaveOrReturn(owner);
        for (int tick = 0; tick < 6000 && fleet.left() > 0; tick++) {
            fleet.tick();
            long background = fleet.running(job -> job.spec().priority().isBackground());
            assertTrue(background <= fleet.slots, () -> background + " run in " + fleet.slots);
        }
        assertEquals(0, fleet.left(), "jobs that never got their turn");
    }

    private record Sent(Instant at, long number, Runnable delivery) {}

    private static final class Fleet {
        private final Random random;
        private final Map<JobId, Job> jobs = new LinkedHashMap<>();
        private final Map<JobId, Integer> work = new HashMap<>();
        private final Map<JobId, Standing> told = new HashMap<>();
        private final PriorityQueue<Sent> delayed =
                new PriorityQueue<>(Comparator.comparing(Sent::at).thenComparingLong(Sent::number));
        private final int losesOneOf;
        private Schedule schedule;
        private Instant now = START;
        private boolean unreliable;
        private int slots;
        private long sent;
        private int ticks;

        private final Set<Owner> away = new LinkedHashSet<>();
        private final Map<JobId, String> hosts = new HashMap<>();
        private final Map<JobId, String> busyHosts = new HashMap<>();
        private final Map<JobId, String> nodes = new HashMap<>();
        private int mostNodes = 1;
        private int mostRuns = Integer.MAX_VALUE;
        private int mostPerHost = Integer.MAX_VALUE;

        Fleet(Random random, int slots, int count) {
            this(random, slots, count, false);
        }

        /** @param crowded where there are few places for many, in the foreground too */
        Fleet(Random random, int slots, int count, boolean crowded) {
            this.random = random;
            this.slots = slots;
            this.losesOneOf = 2 + random.nextInt(9);
            this.schedule = new Schedule(SLICE, slots);
            if (crowded) {
                mostRuns = 1 + random.nextInt(6);
                mostPerHost = 1 + random.nextInt(3);
                mostNodes = 1 + random.nextInt(3);
            }
            for (int i = 0; i < count; i++) {
                Priority priority = crowded && random.nextInt(4) == 0
                        ? Priority.FOREGROUND
                        : BACKGROUND.get(random.nextInt(BACKGROUND.size()));
                OwnerCommand.Create create = new OwnerCommand.Create(spec(priority), files(1), true, LIMITS);
                JobId id = id(i);
                Job job = null;
                for (JobEvent event : ((Decision.Accepted) Job.create(create)).events())
                    job = Job.evolve(job, id, recorded(event));
                if (random.nextBoolean()) job = job.evolve(recorded(new JobEvent.OwnershipTaken(BEN)));
                jobs.put(id, job);
                work.put(id, 1 + random.nextInt(100));
                nodes.put(id, someNode());
                hosts.put(id, crowded ? "host" + random.nextInt(3) : "files.example:80");
                // Where a redirect led last time: what it says it waits for
                if (crowded && random.nextInt(3) == 0) busyHosts.put(id, "host" + random.nextInt(3));
                tell(id, false);
            }
        }

        private String someNode() {
            return "node" + random.nextInt(mostNodes);
        }

        private Recorded recorded(JobEvent event) {
            return new Recorded(event, now, Recorded.Cause.SCHEDULER, ANNA.name(), null);
        }

        void slots(int figure) {
            slots = figure;
            schedule.backgroundSlots(figure);
        }

        /** It starts anew somewhere, and reads the index. */
        void loseSchedule() {
            schedule = new Schedule(SLICE, slots);
            for (Owner owner : away) schedule.logOff(owner, now);
            compare();
        }

        int left() {
            return (int) jobs.values().stream()
                    .filter(job -> job.state().name() != StateName.TRANSFERRED)
                    .count();
        }

        int running() {
            return (int) running(job -> true);
        }

        long running(Predicate<Job> which) {
            return jobs.values().stream()
                    .filter(job -> job.state().name().isRunning() && which.test(job))
                    .count();
        }

        void leaveOrReturn(Owner owner) {
            if (away.remove(owner)) {
                schedule.logOn(owner, now);
            } else {
                away.add(owner);
                schedule.logOff(owner, now);
            }
        }

        /** Whether the node where it lives and its remote host have a place, as the job finds when it is granted. */
        private boolean isAdmitted(JobId id, long slice) {
            String host = hosts.get(id);
            String node = nodes.get(id);
            Standing no = running(job -> nodes.get(job.id()).equals(node)) >= mostRuns
                    ? new Standing.NodeFull(id, slice, mostRuns, node)
                    : running(job -> hosts.get(job.id()).equals(host)) >= mostPerHost
                            ? new Standing.HostFull(id, slice, host, mostPerHost, mostPerHost)
                            : null;
            if (no == null) return true;
            send(() -> {
                schedule.hear(no, now);
                plan();
            });
            return false;
        }

        void tick() {
            now = now.plus(TICK);
            while (!delayed.isEmpty() && !delayed.peek().at().isAfter(now))
                delayed.poll().delivery().run();
            for (JobId id : jobs.keySet()) transfer(id);
            if (unreliable && random.nextInt(20) == 0) move();
            if (++ticks % 8 == 0) compare();
            plan();
        }

        /** Shards move, with jobs that do not run. */
        private void move() {
            jobs.values().stream()
                    .filter(job -> !job.state().name().isRunning())
                    .skip(random.nextInt(jobs.size()))
                    .findFirst()
                    .ifPresent(job -> nodes.put(job.id(), someNode()));
        }

        private void transfer(JobId id) {
            Job job = jobs.get(id);
            if (job.state().name() == StateName.CONNECTING) ask(id, opened(job.lastRun(), 0));
            if (job.state().name() == StateName.TRANSFERRING && work.merge(id, -1, Integer::sum) <= 0)
                ask(id, finished(job.lastRun(), 0));
            if (jobs.get(id).wakeAt().filter(at -> !at.isAfter(now)).isPresent()) ask(id, WAKE);
            if (unreliable && random.nextInt(200) == 0) ask(id, RESUME);
        }

        private void compare() {
            for (JobId id : schedule.holders()) order(id, new SchedulerCommand.EndSlice(0, QueuedReason.SLICE_ENDED));
            for (Job job : jobs.values()) {
                Standing standing = standing(job);
                if (!schedule.knows(job.id()) && !(standing instanceof Standing.Gone)) schedule.hear(standing, now);
            }
        }

        private void plan() {
            for (Plan.Order order : schedule.plan(now).orders()) order(order.job(), order.command());
        }

        private void order(JobId id, SchedulerCommand command) {
            SchedulerCommand here = command instanceof SchedulerCommand.GrantSlice grant
                    ? new SchedulerCommand.GrantSlice(grant.slice(), grant.endsAt(), grant.held(), NODE)
                    : command;
            send(() -> ask(id, here));
        }

        private void ask(JobId id, JobCommand command) {
            Job job = jobs.get(id);
            List<JobEvent> events = new ArrayList<>();
            if (job.decide(command, now) instanceof Decision.Accepted yes) events.addAll(yes.events());
            if (command instanceof SchedulerCommand.GrantSlice grant
                    && !events.isEmpty()
                    && !isAdmitted(id, grant.slice())) return;
            for (JobEvent event : events) job = job.evolve(recorded(event));
            jobs.put(id, job);
            tell(id, events.isEmpty() && command instanceof SchedulerCommand);
        }

        private void tell(JobId id, boolean again) {
            Standing standing = standing(jobs.get(id));
            if (!again && standing.equals(told.put(id, standing))) return;
            send(() -> {
                schedule.hear(standing, now);
                plan();
            });
        }

        private void send(Runnable delivery) {
            int copies = !unreliable ? 1 : random.nextInt(losesOneOf) == 0 ? 0 : random.nextInt(10) == 0 ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                // No word takes no time: of two who contradict each other at once neither would hear of anything else
                long delay = unreliable ? random.nextInt(random.nextInt(20) == 0 ? 8000 : 600) : 1;
                delayed.add(new Sent(now.plusMillis(delay), ++sent, delivery));
            }
        }

        private Standing standing(Job job) {
            return switch (job.state()) {
                case Queued queued ->
                    new Standing.Ready(
                            job.id(),
                            job.spec().owner(),
                            job.spec().priority(),
                            job.lastSlice() + 1,
                            busyHosts.getOrDefault(job.id(), hosts.get(job.id())),
                            queued.since());
                case Connecting connecting -> running(job, connecting.slice());
                case Transferring transferring -> running(job, transferring.slice());
                default -> new Standing.Gone(job.id());
            };
        }

        private Standing running(Job job, Slice slice) {
            return new Standing.Running(
                    job.id(),
                    job.spec().owner(),
                    job.spec().priority(),
                    slice.number(),
                    hosts.get(job.id()),
                    slice.endsAt(),
                    nodes.get(job.id()));
        }
    }
}
