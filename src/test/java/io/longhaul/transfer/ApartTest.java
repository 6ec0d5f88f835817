package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Work on another thread")
class ApartTest {
    private static final Executor OTHER =
            task -> Thread.ofPlatform().name("other").start(task);

    /** What a caller has to expect. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
    }

    @Test
    void is_done_there_when_the_call_returns() throws IOException {
        AtomicReference<Thread> doneBy = new AtomicReference<>();
        Apart.run(OTHER, IOException.class, () -> doneBy.set(Thread.currentThread()));
        assertEquals("other", doneBy.get().getName());
        assertNotEquals(Thread.currentThread(), doneBy.get());
    }

    @Test
    void throws_to_the_caller_what_it_throws() {
        for (Exception thrown : List.of(new Refused(), new EOFException(), new ArithmeticException()))
            assertSame(
                    thrown,
                    assertThrows(Exception.class, () -> Apart.run(OTHER, Refused.class, () -> throwIt(thrown))));
    }

    private static void throwIt(Exception thrown) throws Refused, IOException {
        switch (thrown) {
            case Refused refused -> throw refused;
            case IOException problem -> throw problem;
            case RuntimeException bug -> throw bug;
            default -> throw new AssertionError(thrown);
        }
    }

    @Test
    void is_waited_for_though_the_caller_is_interrupted_and_he_stays_so() throws IOException {
        Thread.currentThread().interrupt();
        AtomicReference<String> done = new AtomicReference<>();
        Apart.run(OTHER, IOException.class, () -> done.set("done"));
        assertEquals("done", done.get());
        assertTrue(Thread.interrupted());
    }

    /** Whatever thread asks for it: one that is closed cannot be forced, and one that is open can. */
    @Test
    void that_forces_a_file_tells_how_it_ended(@TempDir Path folder) throws Exception {
        FileChannel file =
                FileChannel.open(folder.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        DiskForce.force(file, true);
        onVirtualThread(() -> DiskForce.force(file, false));
        file.close();
        assertThrows(ClosedChannelException.class, () -> DiskForce.force(file, true));
        assertThrows(ClosedChannelException.class, () -> onVirtualThread(() -> DiskForce.force(file, false)));
    }

    private static void onVirtualThread(SharedForce.Forcing forcing)
            throws IOException, InterruptedException, TimeoutException {
        FutureTask<IOException> task = new FutureTask<>(() -> {
            try {
                forcing.force();
                return null;
            } catch (IOException problem) {
                return problem;
            }
        });
        Thread.ofVirtual().start(task);
        IOException problem = get(task);
        if (problem != null) throw problem;
    }

    private static IOException get(FutureTask<IOException> task) throws InterruptedException, TimeoutException {
        try {
            return task.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException bug) {
            throw new AssertionError(bug);
        }
    }
}
