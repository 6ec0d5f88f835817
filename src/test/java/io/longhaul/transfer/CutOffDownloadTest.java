package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.TransferReport;
import io.longhaul.testkit.Behaviours;
import io.longhaul.testkit.Content;
import io.longhaul.testkit.FakeNetwork;
import io.longhaul.testkit.MisbehavingOrigin;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A download on a machine that has lost its network")
class CutOffDownloadTest {
    private final FakeNetwork network = new FakeNetwork();
    private final MisbehavingOrigin origin = new MisbehavingOrigin();
    private Bench bench;

    @BeforeEach
    void start(@TempDir Path root) throws IOException {
        bench = new Bench(root, settings -> settings, Throttles.none(), network);
    }

    @AfterEach
    void stop() {
        bench.close();
        origin.close();
    }

    @Test
    void is_cut_off_and_keeps_what_it_has() {
        var held = origin.on("/a", Behaviours.hangsAfter(new Content(83, 500_000), 200_000));
        Bench.Ran ran = bench.start(Bench.job(origin.url("/a"), "a"));
        ran.await(TransferReport.Progressed.class, progress -> progress.bytes() == 200_000);
        network.unplug();
        ran.awaitEnd();
        held.release();
        TransferReport.RunFailed failed = ran.failure();
        assertEquals(BitsError.BG_E_NETWORK_DISCONNECTED, failed.error().code());
        assertEquals(ErrorContext.GENERAL_QUEUE_MANAGER, failed.error().context());
        assertFalse(failed.fatal());
        assertNull(failed.retryAfter());
        assertEquals(200_000, ran.fileNow().bytesHeld());
        assertFalse(bench.engine.hasWayOut());
    }

    @Test
    void goes_on_where_it_fetches_from_the_machine_itself() {
        network.ownLoopback();
        var held = origin.on("/a", Behaviours.hangsAfter(new Content(83, 500_000), 200_000));
        Bench.Ran ran = bench.start(Bench.job(origin.url("/a"), "a"));
        ran.await(TransferReport.Progressed.class, progress -> progress.bytes() == 200_000);
        network.unplug();
        Bench.Ran other = bench.run(Bench.job("http://127.0.0.1:1/b", "b"));
        assertEquals(
                BitsError.ERROR_WINHTTP_CANNOT_CONNECT, other.failure().error().code());
        held.release();
        assertTrue(ran.awaitEnd().isDone());
    }

    @Test
    void that_begins_then_reaches_nobody() {
        network.unplug();
        Bench.Ran ran = bench.run(Bench.job("http://127.0.0.1:1/a", "a"));
        assertEquals(BitsError.BG_E_NETWORK_DISCONNECTED, ran.failure().error().code());
    }
}
