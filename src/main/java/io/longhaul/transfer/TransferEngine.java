package io.longhaul.transfer;

import io.longhaul.entity.Admission;
import io.longhaul.entity.BandwidthParts;
import io.longhaul.entity.HostBlocks;
import io.longhaul.entity.HostPlaces;
import io.longhaul.entity.Hosts;
import io.longhaul.entity.Rivalry.Claims;
import io.longhaul.entity.Secrets;
import io.longhaul.entity.Transfers;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.TransferReport;
import io.longhaul.policy.Source;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transfers of a node: who may run, the runs themselves, one virtual thread each, and the clock that limits them. */
public final class TransferEngine implements Transfers, HostPlaces, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TransferEngine.class);

    private static final Duration LONGEST_TICK = Duration.ofMillis(100);
    private static final int TICKS_IN_A_LIMIT = 5;
    private static final Duration REMIND_EVERY = Duration.ofMillis(250);
    private static final Duration TELL_RIVALS_EVERY = Duration.ofSeconds(1);
    private static final Duration LOOKS_AT_NETWORK_EVERY = Duration.ofMillis(500);
    private static final Duration CLOSE_IDLE_EVERY = Duration.ofSeconds(5);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    /** 8 MiB of each kind: whoever needs more of them than that is slowed down by something else. */
    private static final int LARGE_BUFFERS = 64;

    private final AdmissionControl admission;
    private final Connections connections;
    private final EngineParts parts;
    private final Map<JobId, DownloadRun> live = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock;
    private volatile boolean closed;

    /**
     * The engine of a node that shares remote hosts with nobody. Starts its clock; connects nowhere yet.
     *
     * @param files the store that the runs write to
     * @param secrets of the jobs that run
     * @param freed hears of places that were refused and are free now
     * @param network of the machine
     * @param refused hears of addresses that may not be connected to
     * @throws IOException where the trusted certificates cannot be read
     */
    TransferEngine(
            TransferSettings settings,
            LocalFiles files,
            Secrets secrets,
            Clock clock,
            FreedListener freed,
            Throttles throttles,
            Network network,
            RefusedAddresses refused)
            throws IOException {
        this(
                settings,
                files,
                secrets,
                clock,
                new AdmissionControl(
                        settings.slotsPerNode(), settings.connectionsPerHost(), freed, (queue, rivals) -> {}, clock),
                throttles,
                network,
                refused);
    }

    /**
     * The same, of a node that has of each host what {@link #allow} says, and of each limit what {@link #bandwidth} is told.
     *
     * @param rivals hears of queues that wait for what others hold
     * @param wanted hears of hosts that were full, or ask to wait; must not block
     * @param limits of bandwidth
     * @param bandwidthWanted hears of limits that runs here come under; must not block
     * @param refused hears of addresses that may not be connected to
     */
    public TransferEngine(
            TransferSettings settings,
            LocalFiles files,
            Secrets secrets,
            Clock clock,
            FreedListener freed,
            RivalsListener rivals,
            Consumer<String> wanted,
            BandwidthLimits limits,
            Consumer<String> bandwidthWanted,
            Network network,
            RefusedAddresses refused)
            throws IOException {
        this(
                settings,
                files,
                secrets,
                clock,
                new AdmissionControl(
                        settings.slotsPerNode(), settings.connectionsPerHost(), 0, freed, rivals, wanted, clock),
                new Throttles(limits, bandwidthWanted, 0),
                network,
                refused);
    }

    private TransferEngine(
            TransferSettings settings,
            LocalFiles files,
            Secrets secrets,
            Clock clock,
            AdmissionControl admission,
            Throttles throttles,
            Network network,
            RefusedAddresses refused)
            throws IOException {
        this.admission = admission;
        this.connections = new Connections(settings);
        this.parts = new EngineParts(
                settings,
                connections,
                files,
                secrets,
                new Kerberos(settings.kerberosConf(), settings.connectTimeout()),
                new ReadBuffers(LARGE_BUFFERS),
                RingBuffers.in(Runtime.getRuntime().maxMemory()),
                new HostAnswers(admission),
                throttles,
                new WayOut(network),
                RevocationTurns.in(Runtime.getRuntime().maxMemory()),
                refused,
                task -> Thread.ofPlatform().daemon().name("longhaul-body").start(task),
                clock,
                new LongAdder(),
                new LongAdder());
        this.clock = Executors.newSingleThreadScheduledExecutor(task ->
                Thread.ofPlatform().daemon().name("longhaul-transfer-clock").unstarted(task));
        every(tick(settings), this::tickRuns);
        every(LOOKS_AT_NETWORK_EVERY, parts.wayOut()::look);
        every(REMIND_EVERY, admission::remind);
        every(TELL_RIVALS_EVERY, admission::tellRivals);
        every(CLOSE_IDLE_EVERY, connections::tick);
        every(CLOSE_IDLE_EVERY, () -> parts.answers().forgetOld(clock.instant()));
    }

    /** Often enough for the shortest limit. */
    private static Duration tick(TransferSettings settings) {
        Duration shortest = LONGEST_TICK;
        for (Duration limit : List.of(
                settings.connectTimeout(),
                settings.responseTimeout(),
                settings.stallTimeout(),
                settings.checkpointInterval())) {
            Duration part = limit.dividedBy(TICKS_IN_A_LIMIT);
            if (part.compareTo(shortest) < 0) shortest = part;
        }
        return shortest.isZero() ? Duration.ofNanos(1) : shortest;
    }

    /** A scheduled task that throws is never run again; the clock must not stop because of one run. */
    @SuppressWarnings("FutureReturnValueIgnored") // it would only ever say that the clock was shut down
    private void every(Duration interval, Runnable task) {
        clock.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException bug) {
                        LOG.error("The transfer clock met an error", bug);
                    }
                },
                interval.toNanos(),
                interval.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void tickRuns() {
        for (DownloadRun run : live.values()) run.tick(System.nanoTime());
    }

    @Override
    public Admission admit(String queue, Priority priority, String host, boolean retry) {
        return admission.admit(queue, priority, host, retry);
    }

    /**
     * {@inheritDoc}
     *
     * @param permit one that {@link #admit} of this engine gave
     */
    @Override
    public Run start(Job job, long run, Admission.Admitted permit, Consumer<List<TransferReport>> reports) {
        if (!(permit instanceof AdmissionControl.Place place))
            throw new IllegalArgumentException("The permit is not one of this engine's");
        DownloadRun next = new DownloadRun(job, run, place, reports, parts);
        DownloadRun older = live.put(job.id(), next);
        if (closed) next.stop();
        Thread.ofVirtual()
                .name("longhaul-run-" + job.id() + "-" + run)
                .start(() -> next.run(older, ended -> live.remove(job.id(), ended)));
        return next;
    }

    @Override
    public Map<String, Need> needs() {
        Map<String, Need> needs = admission.needs();
        connections.open().forEach((host, open) -> {
            Need known = needs.getOrDefault(host, new Need(0, 0, false));
            needs.put(host, new Need(known.busy(), Math.max(known.open(), open), known.wanted(), known.closure()));
        });
        return needs;
    }

    @Override
    public Map<String, Asks> asks() {
        return admission.asks();
    }

    @Override
    public void othersWait(String host, Claims claims) {
        admission.othersWait(host, claims);
    }

    @Override
    public Answers answers(String host) {
        return parts.answers().of(host);
    }

    @Override
    public Map<String, Hosts.Lately> lately() {
        return parts.answers().lately(parts.clock().instant());
    }

    @Override
    public void allow(String host, int places, @Nullable Pace pace) {
        connections.raiseLimit(host, places); // before a run comes that counts on it
        admission.allow(host, places, pace);
        connections.limit(host, Math.max(places, admission.connections().getOrDefault(host, 0)));
        // What is kept open for the next run counts for the host, and another node waits for it
        if (connections.open().getOrDefault(host, 0) > places)
            Thread.ofVirtual().name("longhaul-connections").start(connections::closeIdle);
    }

    @Override
    public boolean hasWayOut() {
        return !parts.wayOut().isLost();
    }

    /** The node's parts of the limits of bandwidth. */
    public BandwidthParts bandwidth() {
        return parts.throttles();
    }

    @Override
    public void block(HostBlocks blocks) {
        admission.block(blocks); // before it is looked who is there
        for (DownloadRun run : live.values())
            run.leave(host -> blocks.closure(host, parts.clock().instant()) != null);
    }

    /** The limits of bandwidth that runs here are under now. */
    public List<LimitInUse> limits() {
        return parts.throttles().inUse();
    }

    /** What all limits of that source for that priority have done since the start. */
    public Passed passed(Source source, Priority priority) {
        return parts.throttles().passed(source, priority);
    }

    /** Runs for each remote host, {@code name:port}; hosts without one are left out. */
    public Map<String, Integer> connections() {
        return admission.connections();
    }

    /** What all remote hosts have answered since the start. */
    public Answers answersOfAll() {
        return parts.answers().ofAll();
    }

    /** Remote hosts that have asked to be left alone now. */
    public int closedHosts() {
        return admission.closed();
    }

    /** Places taken on this node. */
    public int running() {
        return admission.running();
    }

    /** Bytes of bodies that have come since the start. */
    public long bytesReceived() {
        return parts.bytes().sum();
    }

    /** Files that were finished since the start. */
    public long filesFinished() {
        return parts.filesFinished().sum();
    }

    /** Stops all runs, for good, and does not wait: within two seconds no byte moves. */
    public void stop() {
        closed = true;
        live.values().forEach(DownloadRun::stop);
    }

    /** Stops all runs and waits until they have checkpointed, but not for ever. */
    @Override
    public void close() {
        closed = true;
        List<DownloadRun> last = List.copyOf(live.values());
        last.forEach(DownloadRun::stop);
        long deadline = System.nanoTime() + LONGEST_CLOSE.toNanos();
        try {
            for (DownloadRun run : last)
                if (!run.awaitEnd(deadline - System.nanoTime()))
                    LOG.warn("A run of job {} has not ended in time", run.jobId());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        clock.shutdownNow();
        parts.kerberos().close();
        connections.close();
    }
}
