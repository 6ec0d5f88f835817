package io.longhaul.ops;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The embedded PostgreSQL without a node: it outlives each of the nodes on one machine that share it. */
public final class DatabaseProcess {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseProcess.class);

    private final CompletableFuture<Running> starting = new CompletableFuture<>();
    private volatile boolean toldToEnd;

    private DatabaseProcess() {}

    private record Running(DataFolder folder, EmbeddedDatabase database) {}

    /**
     * Starts the server of the data folder, tells its URL, and runs until a signal ends it with exit code 0. The
     * password is in {@code postgres/password} below the folder.
     */
    public static void run(Settings settings, Consumer<String> whenReady) {
        new DatabaseProcess().runDatabase(settings, whenReady);
    }

    private void runDatabase(Settings settings, Consumer<String> whenReady) {
        // Before the start: a signal amid it would leave a server behind that nobody ends
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "told-to-end"));
        Running running;
        try {
            running = start(settings);
        } catch (RuntimeException refused) {
            starting.completeExceptionally(refused);
            if (!toldToEnd) throw refused;
            LOG.info("Told to end, the database starts no more: {}", refused.getMessage());
            return;
        }
        starting.complete(running);
        whenReady.accept(running.database().url());
        sleepOn();
    }

    private static Running start(Settings settings) {
        DataFolder folder = DataFolder.lock(settings.dataDir());
        EmbeddedDatabase database = EmbeddedDatabase.start(
                settings.dataDir().resolve("postgres"), settings.database().binaries());
        return new Running(folder, database);
    }

    /** The JVM is going down. Left to itself it would report the signal as its exit code, and close nothing. */
    private void end() {
        // Which is why the JVM goes down, with an exit code of its own
        if (starting.isCompletedExceptionally()) return;
        toldToEnd = true;
        close();
        Runtime.getRuntime().halt(0);
    }

    private void close() {
        try {
            // Told while it still starts: a server that is half started is ended best once it runs.
            Running running = starting.get(1, TimeUnit.MINUTES);
            running.database().close();
            running.folder().close();
        } catch (ExecutionException gaveUp) {
            LOG.debug("Nothing of the database runs", gaveUp);
        } catch (TimeoutException | InterruptedException hurry) {
            LOG.warn("The database is still starting, and its process ends without it", hurry);
        }
    }

    private static void sleepOn() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
