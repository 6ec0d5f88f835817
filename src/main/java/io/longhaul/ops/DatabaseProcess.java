package io.longhaul.ops;

import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** The embedded PostgreSQL without a node: it outlives each of the nodes on one machine that share it. */
public final class DatabaseProcess {
    private DatabaseProcess() {}

    /**
     * Starts the server of the data folder, tells its URL, and runs until a signal ends it with exit code 0. The
     * password is in {@code postgres/password} below the folder.
     */
    public static void run(Settings settings, Consumer<String> whenReady) {
        DataFolder folder = DataFolder.lock(settings.dataDir());
        EmbeddedDatabase database = EmbeddedDatabase.start(
                settings.dataDir().resolve("postgres"), settings.database().binaries());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(database, folder), "told-to-end"));
        whenReady.accept(database.url());
        sleepOn();
    }

    private static void end(EmbeddedDatabase database, DataFolder folder) {
        database.close();
        folder.close();
        Runtime.getRuntime().halt(0);
    }

    private static void sleepOn() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
