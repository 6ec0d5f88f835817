package io.longhaul.transfer;

import io.longhaul.entity.Transfers.Awaited.What;
import io.longhaul.policy.BandwidthLimit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The line of a run to its servers, as those see it who may cut it: whoever stops the run, a policy, and the clock, because no
 * wait for a server is without a limit. Cutting closes the socket, which ends a blocked connect, handshake or read at
 * once. Once stopped it stays so; after a time-out the run ends.
 */
final class Line {
    /** Why it was cut. */
    enum Cut {
        STOPPED,
        BLOCKED,
        DISCONNECTED,
        CONNECT_TIMEOUT,
        RESPONSE_TIMEOUT,
        STALLED
    }

    /**
     * What a server is waited for.
     *
     * @param waited so long already, in nanoseconds
     * @param left so long at most from now on
     */
    record Wait(What what, long waited, long left) {}

    /** A body that has stood still for less than this is one that flows. */
    private static final long QUIET_NANOS = 1_000_000_000;

    /** Several addresses are tried one after the other, then comes TLS; each step has the connect timeout. */
    static final int CONNECT_STEPS = 3;

    private final long connectNanos;
    private final long responseNanos;
    private final long stallNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Socket socket;
    private volatile @Nullable Cut cut;
    private @Nullable Cut deadlineMeans;
    private long expectedSince;
    private long deadline;
    private @Nullable StallWindow body;
    private volatile @Nullable BandwidthLimit blockedBy;

    /** The line to others that the server has to wait for. */
    private @Nullable Line aside;

    private long asideSince;

    /** For a line aside: when all of it is over. */
    private final @Nullable Long latest;

    Line(TransferSettings settings) {
        connectNanos = settings.connectTimeout().toNanos();
        responseNanos = settings.responseTimeout().toNanos();
        stallNanos = settings.stallTimeout().toNanos();
        latest = null;
    }

    private Line(Line beside, long latest) {
        connectNanos = beside.connectNanos;
        responseNanos = beside.responseNanos;
        stallNanos = beside.stallNanos;
        this.latest = latest;
    }

    @Nullable
    Cut cut() {
        return cut;
    }

    boolean isStopped() {
        return cut() == Cut.STOPPED;
    }

    void stop() {
        lock.lock();
        try {
            if (cut == Cut.STOPPED) return;
            cutNow(Cut.STOPPED);
        } finally {
            lock.unlock();
        }
    }

    /** A policy lets nothing through any more. */
    void block(BandwidthLimit limit) {
        lock.lock();
        try {
            if (cut != null) return;
            blockedBy = limit;
            cutNow(Cut.BLOCKED);
        } finally {
            lock.unlock();
        }
    }

    /** The machine has no way out any more; what is connected to the machine itself stays so. */
    void disconnect(Predicate<InetAddress> own) {
        lock.lock();
        try {
            InetAddress peer = socket == null ? null : socket.getInetAddress();
            if (cut != null || peer == null || own.test(peer)) return;
            cutNow(Cut.DISCONNECTED);
        } finally {
            lock.unlock();
        }
    }

    /** The limit that was cut for. */
    Optional<BandwidthLimit> blockedBy() {
        return Optional.ofNullable(blockedBy);
    }

    /** From here on this socket is the one that is closed. */
    void uses(Socket opened) throws IOException {
        lock.lock();
        try {
            if (cut != null) {
                opened.close();
                throw new SocketException("The line was cut");
            }
            socket = opened;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Socket socket() {
        lock.lock();
        try {
            return socket;
        } finally {
            lock.unlock();
        }
    }

    void connecting(long now) {
        expect(Cut.CONNECT_TIMEOUT, now, CONNECT_STEPS * connectNanos);
    }

    void awaitingAnswer(long now) {
        expect(Cut.RESPONSE_TIMEOUT, now, responseNanos);
    }

    void receivingBody(long now) {
        lock.lock();
        try {
            deadlineMeans = null;
            body = new StallWindow(stallNanos, now);
        } finally {
            lock.unlock();
        }
    }

    void received(int bytes, long now) {
        lock.lock();
        try {
            if (body != null) body.received(bytes, now);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A line to others, who are asked about the server while it waits. What is done on it has the time of a connection
     * altogether; it is cut together with this one, and this one is not where it is. Until {@link #back} that time is not the
     * server's.
     */
    Line aside(long now) {
        lock.lock();
        try {
            Line beside = new Line(this, now + CONNECT_STEPS * connectNanos);
            Cut already = cut;
            if (already != null) beside.cut(already);
            if (body != null) body.paused(now);
            aside = beside;
            asideSince = now;
            return beside;
        } finally {
            lock.unlock();
        }
    }

    /** The line aside is over. */
    void back(long now) {
        lock.lock();
        try {
            aside = null;
            expectedSince += now - asideSince;
            deadline += now - asideSince;
            if (body != null) body.resumed(now);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is waited for any more: the socket belongs to somebody else or is closed. */
    void idle() {
        lock.lock();
        try {
            deadlineMeans = null;
            body = null;
            socket = null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits by our own choice, or until the run is stopped; this time is not the server's. */
    void pause(long nanos) {
        lock.lock();
        try {
            if (body != null) body.paused(System.nanoTime());
            long left = nanos;
            while (left > 0 && cut == null) left = changed.awaitNanos(left);
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        } finally {
            if (body != null) body.resumed(System.nanoTime());
            lock.unlock();
        }
    }

    /**
     * Waits until that is so, of which another thread brings {@link #news}: so long at the longest, and not once the line is
     * cut.
     *
     * @return whether it is so
     */
    boolean await(BooleanSupplier so, long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && cut == null && !so.getAsBoolean()) left = changed.awaitNanos(left);
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return so.getAsBoolean();
    }

    /** What somebody waits for may be so now. */
    void news() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The clock: to be called several times within the shortest of the limits. */
    void tick(long now) {
        lock.lock();
        try {
            if (cut != null) return;
            if (aside != null) aside.tick(now);
            else if (latest != null && now - latest >= 0) cutNow(Cut.CONNECT_TIMEOUT);
            else if (deadlineMeans != null && now - deadline >= 0) cutNow(deadlineMeans);
            else if (body != null && body.stalled(now)) cutNow(Cut.STALLED);
        } finally {
            lock.unlock();
        }
    }

    /** What a server is waited for now; empty: for nothing, or the line is cut. */
    Optional<Wait> waits(long now) {
        lock.lock();
        try {
            if (cut != null) return Optional.empty();
            if (aside != null)
                return Optional.of(
                        new Wait(What.REVOCATIONS, now - asideSince, asideSince + CONNECT_STEPS * connectNanos - now));
            if (deadlineMeans != null) {
                What what = deadlineMeans == Cut.CONNECT_TIMEOUT ? What.CONNECTION : What.ANSWER;
                return Optional.of(new Wait(what, now - expectedSince, deadline - now));
            }
            long quiet = body == null ? 0 : body.waited(now);
            return quiet < QUIET_NANOS
                    ? Optional.empty()
                    : Optional.of(new Wait(What.BYTES, quiet, stallNanos - quiet));
        } finally {
            lock.unlock();
        }
    }

    private void expect(Cut meaning, long now, long atMost) {
        lock.lock();
        try {
            body = null;
            deadlineMeans = meaning;
            expectedSince = now;
            deadline = now + atMost;
        } finally {
            lock.unlock();
        }
    }

    private void cut(Cut why) {
        lock.lock();
        try {
            if (cut == null) cutNow(why);
        } finally {
            lock.unlock();
        }
    }

    private void cutNow(Cut why) {
        cut = why;
        changed.signalAll();
        if (aside != null) aside.cut(why);
        Socket open = socket;
        if (open == null) return;
        try {
            open.close();
        } catch (IOException closedAllTheSame) {
            // a socket that cannot be closed cleanly is closed all the same
        }
    }
}
