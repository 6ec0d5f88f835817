package io.longhaul.transfer;

import static io.longhaul.job.BitsError.WSAETIMEDOUT;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSException;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's Kerberos, for the runs of a node. It asks a KDC for as long as the operator's krb5.conf says, and nobody can call
 * it off. So it does that on threads of its own, of which there are few, and a run waits no longer for it than for a connection.
 */
final class Kerberos implements AutoCloseable {
    private static final int MOST_AT_ONCE = 16;
    private static final Duration KEPT_THREADS = Duration.ofSeconds(30);

    private final boolean present;
    private final Duration limit;
    private final AtomicBoolean fileRead = new AtomicBoolean();

    /** What waits is bounded by the runs: each waits for one answer, and takes its question back when it no longer does. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            MOST_AT_ONCE,
            MOST_AT_ONCE,
            KEPT_THREADS.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().daemon().name("longhaul-kerberos").unstarted(task));

    /**
     * Asks nobody yet.
     *
     * @param file a krb5.conf, which counts for the whole JVM; null: nobody can log in
     * @param limit of each wait
     */
    Kerberos(@Nullable Path file, Duration limit) {
        this.present = file != null;
        this.limit = limit;
        threads.allowCoreThreadTimeOut(true);
        if (file != null) System.setProperty("java.security.krb5.conf", file.toString());
    }

    /** Whether the operator wants it. */
    boolean isPresent() {
        return present;
    }

    /** Whether the file is still to be read. Not at every login: the JVM would forget with it which KDC is away. */
    boolean readsFile() {
        return fileRead.compareAndSet(false, true);
    }

    /** What may ask a KDC. */
    interface Question<T> {
        T ask() throws LoginException, GSSException;
    }

    /**
     * Asks, and waits until the line is cut at the longest.
     *
     * @throws TransferFailed where no answer comes in time
     */
    <T> T ask(Line line, Question<T> question) throws LoginException, GSSException, TransferFailed {
        Asking<T> asking = new Asking<>(question, line);
        threads.execute(asking);
        if (!line.await(asking::isOver, limit.toNanos())) {
            threads.remove(asking);
            throw new LoginFailed(
                    Failure.timeout(WSAETIMEDOUT, "The KDC has not answered within " + limit.toSeconds() + " s."),
                    null);
        }
        return asking.answer();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** It is the login that came to nothing, and the host is not to blame. */
    static final class LoginFailed extends TransferFailed {
        private static final long serialVersionUID = 1;

        LoginFailed(Failure failure, @Nullable Exception cause) {
            super(failure, cause);
        }
    }

    private static final class Asking<T> implements Runnable {
        private final Question<T> question;
        private final Line line;
        private @Nullable T answer;
        private @Nullable Exception problem;
        private volatile boolean over;

        Asking(Question<T> question, Line line) {
            this.question = question;
            this.line = line;
        }

        @Override
        public void run() {
            try {
                answer = question.ask();
            } catch (LoginException | GSSException | RuntimeException failed) {
                problem = failed;
            } finally {
                over = true;
                line.news();
            }
        }

        boolean isOver() {
            return over;
        }

        T answer() throws LoginException, GSSException {
            switch (problem) {
                case null -> {}
                case LoginException refused -> throw refused;
                case GSSException refused -> throw refused;
                case RuntimeException bug -> throw bug;
                default -> throw new IllegalStateException(problem);
            }
            if (answer == null) throw new IllegalStateException("The question had no end");
            return answer;
        }
    }
}
