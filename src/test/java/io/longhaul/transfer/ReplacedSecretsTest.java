package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.codec.SecretValue;
import io.longhaul.job.BitsError;
import io.longhaul.job.Job;
import io.longhaul.job.JobChange;
import io.longhaul.job.http.HttpChange;
import io.longhaul.testkit.Behaviours;
import io.longhaul.testkit.Content;
import io.longhaul.testkit.MisbehavingOrigin;
import io.longhaul.testkit.Script;
import io.longhaul.transfer.Bench.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run whose job's secrets are gone as it begins")
class ReplacedSecretsTest {
    @TempDir
    Path root;

    private final MisbehavingOrigin origin = new MisbehavingOrigin();
    private Bench bench;

    @BeforeEach
    void start() throws IOException {
        bench = new Bench(root);
    }

    @AfterEach
    void end() {
        bench.close();
        origin.close();
    }

    @Test
    void reads_those_that_have_replaced_them() {
        Script script = origin.on("/a", Behaviours.file(new Content(1, 100)));
        Job job = withHeaders(Bench.job(origin.url("/a"), "a"), UUID.randomUUID());
        byte[] headers = new SecretValue.Headers(new TreeMap<>(Map.of("X-Api-Key", "new"))).bytes();
        UUID kept = bench.secrets
                .keep(job.id(), job.spec().owner(), headers)
                .toCompletableFuture()
                .join();
        var ran = new CompletableFuture<Ran>();
        bench.secrets.beforeOpen(() -> ran.join().run.goBy(withHeaders(job, kept)));
        ran.complete(bench.start(job));
        assertTrue(ran.join().awaitEnd().isDone());
        assertEquals("new", script.requests().getFirst().header("x-api-key"));
    }

    @Test
    void fails_where_the_job_has_no_others() {
        origin.on("/a", Behaviours.file(new Content(1, 100)));
        Ran ran = bench.run(withHeaders(Bench.job(origin.url("/a"), "a"), UUID.randomUUID()));
        assertEquals(BitsError.BG_E_INVALID_CREDENTIALS, ran.failure().error().code());
    }

    private static Job withHeaders(Job job, UUID kept) {
        return Bench.with(
                job.id(), JobChange.of(HttpChange.of(null, kept)).applyTo(job.spec()), job.files(), job.lastRun());
    }
}
