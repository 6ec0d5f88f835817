package io.longhaul.transfer;

import static io.longhaul.job.BitsError.E_FAIL;
import static io.longhaul.job.ErrorContext.UNKNOWN;

import io.longhaul.entity.Transfers;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.TransferReport;
import io.longhaul.job.file.JobFile;
import io.longhaul.policy.BandwidthLimit;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run over the unfinished files of a job, one after the other, on a virtual thread of its own. */
final class DownloadRun implements Transfers.Run {
    private static final Logger LOG = LoggerFactory.getLogger(DownloadRun.class);

    private final Job job;
    private final long number;
    private final AdmissionControl.Place place;
    private final Consumer<List<TransferReport>> reports;
    private final EngineParts parts;
    private final Line line;
    private final Pace pace;

    private final ReentrantLock telling = new ReentrantLock();
    private boolean silent;
    private final CountDownLatch over = new CountDownLatch(1);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable FileDownload present;

    /** The present file as the job was when it began. */
    private volatile @Nullable JobFile at;

    private volatile Job latest;

    /** The host that it was told to leave, and has to say so. */
    private volatile @Nullable String left;

    /** Whether it is over because its present file was changed. */
    private volatile boolean overtaken;

    /** Those that it began with and has not come to. */
    private List<JobFile> following = List.of();

    /** Whether the present file, which is here, is the last one to fetch. */
    private boolean last;

    private boolean done;

    /** Bytes of all files of the job but the present one. */
    private long heldElsewhere;

    DownloadRun(
            Job job,
            long number,
            AdmissionControl.Place place,
            Consumer<List<TransferReport>> reports,
            EngineParts parts) {
        this.job = job;
        this.latest = job;
        this.number = number;
        this.place = place;
        this.reports = reports;
        this.parts = parts;
        this.line = new Line(parts.settings());
        this.pace = new Pace(job.spec(), parts.throttles());
    }

    JobId jobId() {
        return job.id();
    }

    JobSpec spec() {
        return job.spec();
    }

    long number() {
        return number;
    }

    Pace pace() {
        return pace;
    }

    @Override
    public void goBy(Job now) {
        pace.goBy(now.spec());
        latest = now;
        JobFile file = at;
        if (file == null || isToBeFetched(file)) return;
        overtaken = true;
        line.stop();
    }

    /** Whether it is still wanted as the job had it when the run began: what was changed since is for the next run. */
    private boolean isToBeFetched(JobFile file) {
        return latest.files().get(file.index()).isFetchedAs(file, number);
    }

    @Override
    public void stop() {
        line.stop();
    }

    /** Ends as where the host is full, at once, where it is at such a host. */
    void leave(Predicate<String> hosts) {
        String host = place.host();
        if (host == null || !hosts.test(host)) return;
        left = host;
        line.stop();
    }

    @Override
    public Optional<Transfers.Awaited> awaited() {
        String host = place.host();
        if (host == null) return Optional.empty();
        Instant now = parts.clock().instant();
        return line.waits(System.nanoTime())
                .map(wait -> new Transfers.Awaited(
                        wait.what(),
                        host,
                        now.minusNanos(wait.waited()).truncatedTo(ChronoUnit.MILLIS),
                        now.plusNanos(wait.left()).truncatedTo(ChronoUnit.MILLIS)));
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended.minimalCompletionStage();
    }

    /** Whether it has ended within that time. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return over.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** The clock, on its own thread. */
    void tick(long now) {
        line.tick(now);
        pace.follow(now).ifPresent(line::block);
        if (parts.wayOut().isLost()) line.disconnect(parts.wayOut()::isOwn);
        FileDownload file = present;
        if (file != null) file.tick(now);
    }

    /**
     * All of it. What is wrong in our own code is reported like a failure, and logged: a run that ends without a word
     * would leave its job waiting.
     *
     * @param older a run of the same job that may still write
     */
    void run(@Nullable DownloadRun older, Consumer<DownloadRun> atEnd) {
        try {
            if (older != null) {
                older.stop();
                older.over.await();
            }
            transfer();
            String host = left;
            if (done) return;
            if (host != null) report(List.of(new TransferReport.HostBusy(number, host)));
            else if (overtaken) report(List.of(new TransferReport.RunDone(number)));
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error bug) {
            LOG.error("Run {} of job {} broke off", number, job.id(), bug);
            fail(
                    Failure.transientOf(
                            UNKNOWN,
                            E_FAIL,
                            "The transfer broke off: " + bug.getClass().getSimpleName()),
                    null);
        } finally {
            end(atEnd);
        }
    }

    private void transfer() {
        Optional<BandwidthLimit> blocking = pace.follow(System.nanoTime());
        if (blocking.isPresent()) {
            fail(
                    Failure.blocked(blocking.get(), parts.throttles()),
                    job.nextFile().map(JobFile::index).orElse(null));
            return;
        }
        heldElsewhere = job.files().stream().mapToLong(JobFile::bytesHeld).sum();
        List<JobFile> files = job.files().stream().filter(JobFile::wanted).toList();
        if (files.isEmpty()) {
            report(List.of(new TransferReport.RunDone(number)));
            return;
        }
        try (HttpSession http = open()) {
            for (int i = 0; i < files.size() && !line.isStopped(); i++) {
                following = files.subList(i + 1, files.size());
                if (!transfer(files.get(i), http)) return;
            }
            if (!done && !line.isStopped()) finish(List.of());
        } catch (TransferFailed unusable) {
            if (!line.isStopped()) fail(unusable.failure(), null);
        }
    }

    /** A secret that cannot be read may have been replaced by its owner since: then there are others by now. */
    private HttpSession open() throws TransferFailed {
        while (true) {
            Job now = latest;
            try {
                return HttpSession.open(now, parts, line);
            } catch (TransferFailed unusable) {
                if (latest.spec().secrets().equals(now.spec().secrets())) throw unusable;
            }
        }
    }

    private boolean transfer(JobFile file, HttpSession http) {
        at = file;
        if (!isToBeFetched(file)) {
            at = null;
            return true;
        }
        heldElsewhere -= file.bytesHeld();
        FileDownload download = new FileDownload(this, parts, http, line, file, mostBytes());
        present = download;
        try {
            TransferReport.FileFinished finished = download.transfer();
            heldElsewhere += download.held();
            List<TransferReport> news = finished == null ? List.of() : List.of(finished);
            if (last) finish(news);
            else if (finished != null) report(news);
            return true;
        } catch (HostIsFull busy) {
            if (!line.isStopped()) report(List.of(new TransferReport.HostBusy(number, busy.host())));
            return false;
        } catch (TransferFailed failed) {
            if (!line.isStopped()) fail(failed.failure(), file.index());
            LOG.debug("Run {} of job {} ends", number, job.id(), failed);
            return false;
        } finally {
            present = null;
            at = null;
        }
    }

    /** All is done, with these last words before that one. */
    private void finish(List<TransferReport> news) {
        List<TransferReport> words = new ArrayList<>(news);
        words.add(new TransferReport.RunDone(number));
        done = true;
        report(words);
    }

    private long mostBytes() {
        Long job = spec().maxDownloadBytes();
        Long file = parts.settings().maxFileSize();
        long left = job == null ? Long.MAX_VALUE : Math.max(0, job - heldElsewhere);
        return file == null ? left : Math.min(left, file);
    }

    private void fail(Failure failure, @Nullable Integer fileIndex) {
        report(List.of(new TransferReport.RunFailed(
                number,
                failure.asJobError(fileIndex, parts.clock().instant()),
                failure.fatal() || !spec().httpOptions().hasUsualMethod(), // another method is never said twice
                failure.retryAfter())));
    }

    /** Goes over to that host, or ends the run. */
    void moveTo(String host) throws HostIsFull {
        if (!place.moveTo(host)) throw new HostIsFull(host);
    }

    void answeredWell() {
        place.answeredWell();
    }

    void hostNotAsked() {
        place.hostNotAsked();
    }

    /** All bytes of the present file are here. Between two files the place is kept: the next one needs it at once. */
    void fetched() {
        last = following.stream().noneMatch(this::isToBeFetched);
        if (last) place.leaveHost();
    }

    /** One after the other, whichever thread tells. */
    void report(List<TransferReport> news) {
        telling.lock();
        try {
            if (!silent) reports.accept(news);
        } finally {
            telling.unlock();
        }
    }

    private void end(Consumer<DownloadRun> atEnd) {
        telling.lock();
        try {
            silent = true;
        } finally {
            telling.unlock();
        }
        pace.end();
        place.release();
        atEnd.accept(this);
        over.countDown();
        ended.complete(null);
    }
}
