package io.longhaul.transfer;

import io.longhaul.job.ErrorCode;
import io.longhaul.job.TransferReport;
import io.longhaul.job.file.ByteRange;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a run tells of one file: in order, whichever thread has the news, and not more often than anybody wants to hear.
 * That a small file was opened is told only if it takes its time, because {@code FileFinished} says the same.
 */
final class FileReports {
    private static final long PROGRESS_EVERY = 250_000_000;
    private static final long OPENED_AFTER = 50_000_000;

    private final Consumer<List<TransferReport>> reports;
    private final long run;
    private final int fileIndex;

    private final ReentrantLock lock = new ReentrantLock();
    private TransferReport.@Nullable FileOpened pending;
    private long pendingSince;
    private long received;
    private long progressTold;
    private long progressAt;
    private boolean over;

    FileReports(Consumer<List<TransferReport>> reports, long run, int fileIndex, long held, long now) {
        this.reports = reports;
        this.run = run;
        this.fileIndex = fileIndex;
        this.received = held;
        this.progressTold = held;
        this.progressAt = now;
    }

    /**
     * The server has answered.
     *
     * @param small whether the whole file may be here in no time
     */
    void opened(TransferReport.FileOpened opened, boolean small, long now) {
        lock.lock();
        try {
            pending = opened;
            pendingSince = now;
            if (!small) tellOpened();
        } finally {
            lock.unlock();
        }
    }

    void restarted(ErrorCode reason) {
        lock.lock();
        try {
            pending = null;
            long reached = received;
            received = 0;
            progressTold = 0;
            reports.accept(List.of(new TransferReport.FileRestarted(run, fileIndex, reason, reached)));
        } finally {
            lock.unlock();
        }
    }

    void received(long total, long now) {
        lock.lock();
        try {
            received = total;
            tell(now);
        } finally {
            lock.unlock();
        }
    }

    void onDisk(long bytes) {
        lock.lock();
        try {
            tellOpened();
            reports.accept(List.of(new TransferReport.Checkpointed(run, fileIndex, bytes)));
        } finally {
            lock.unlock();
        }
    }

    /** That part of a file that is not fetched from the front. */
    void pieceOnDisk(ByteRange piece) {
        lock.lock();
        try {
            tellOpened();
            reports.accept(List.of(new TransferReport.PieceCheckpointed(run, fileIndex, piece)));
        } finally {
            lock.unlock();
        }
    }

    /** To be called every now and then: the last bytes before a silence are told of too. */
    void tick(long now) {
        lock.lock();
        try {
            tell(now);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is told of the file from here. */
    void close() {
        lock.lock();
        try {
            over = true;
        } finally {
            lock.unlock();
        }
    }

    private void tell(long now) {
        if (over) return;
        if (pending != null && now - pendingSince >= OPENED_AFTER) tellOpened();
        if (pending != null || received == progressTold || now - progressAt < PROGRESS_EVERY) return;
        progressTold = received;
        progressAt = now;
        reports.accept(List.of(new TransferReport.Progressed(run, fileIndex, received)));
    }

    private void tellOpened() {
        TransferReport.FileOpened opened = pending;
        if (opened == null) return;
        pending = null;
        reports.accept(List.of(opened));
    }
}
