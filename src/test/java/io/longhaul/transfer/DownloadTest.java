package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_FILE_NOT_FOUND;
import static io.longhaul.job.BitsError.BG_E_INSUFFICIENT_RANGE_SUPPORT;
import static io.longhaul.job.BitsError.BG_E_INVALID_RANGE;
import static io.longhaul.job.BitsError.BG_E_INVALID_SERVER_RESPONSE;
import static io.longhaul.job.BitsError.BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED;
import static io.longhaul.job.BitsError.BG_E_MISSING_FILE_SIZE;
import static io.longhaul.job.BitsError.BG_E_RANDOM_ACCESS_NOT_SUPPORTED;
import static io.longhaul.job.BitsError.BG_E_REMOTE_FILE_CHANGED;
import static io.longhaul.job.BitsError.BG_E_VALIDATION_FAILED;
import static io.longhaul.job.BitsError.DO_E_DOWNLOAD_NO_PROGRESS;
import static io.longhaul.job.BitsError.ERROR_DISK_FULL;
import static io.longhaul.job.BitsError.ERROR_TIMEOUT;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CANNOT_CONNECT;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CONNECTION_ERROR;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_NAME_NOT_RESOLVED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_REDIRECT_FAILED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_FAILURE;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_TIMEOUT;
import static io.longhaul.job.BitsError.E_ACCESSDENIED;
import static io.longhaul.job.BitsError.E_FAIL;
import static io.longhaul.job.BitsError.WSAETIMEDOUT;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.Admission;
import io.longhaul.entity.HostPlaces;
import io.longhaul.entity.Transfers;
import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorCode;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.HttpError;
import io.longhaul.job.Job;
import io.longhaul.job.JobOptions;
import io.longhaul.job.Priority;
import io.longhaul.job.TransferReport;
import io.longhaul.job.TransferReport.Checkpointed;
import io.longhaul.job.TransferReport.FileFinished;
import io.longhaul.job.TransferReport.FileOpened;
import io.longhaul.job.TransferReport.FileRestarted;
import io.longhaul.job.TransferReport.HostBusy;
import io.longhaul.job.TransferReport.RunDone;
import io.longhaul.job.TransferReport.RunFailed;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.http.RedirectPolicy;
import io.longhaul.job.http.SecurityFlag;
import io.longhaul.ops.meters.MeasuredTransfers;
import io.longhaul.testkit.Behaviours;
import io.longhaul.testkit.Content;
import io.longhaul.testkit.FullBacklog;
import io.longhaul.testkit.MisbehavingOrigin;
import io.longhaul.testkit.Origin;
import io.longhaul.testkit.Script;
import io.longhaul.testkit.Seen;
import io.longhaul.testkit.TestAuthority;
import io.longhaul.testkit.TestProxy;
import io.longhaul.transfer.Bench.Ran;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A download")
class DownloadTest {
    private static final Content SMALL = new Content(1, 1000);
    private static final Content CONTENT = new Content(2, 300_000);
    private static final Content OTHER = new Content(3, 300_000);

    @TempDir
    Path root;

    @TempDir
    Path outside;

    private Bench bench;
    private final MisbehavingOrigin origin = new MisbehavingOrigin();

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(root);
    }

    @AfterEach
    void close() {
        bench.close();
        origin.close();
    }

    /** The same store with an engine of other settings. */
    private void bench(java.util.function.Consumer<Bench.Settings> change) throws IOException {
        bench.close();
        bench = new Bench(root, settings -> {
            change.accept(settings);
            return settings;
        });
    }

    private Path temporary() {
        return bench.temporary();
    }

    private static void assertFailed(Ran ran, boolean fatal, ErrorContext context, ErrorCode code) {
        RunFailed failed = ran.failure();
        assertEquals(code, failed.error().code(), failed.error().description());
        assertEquals(context, failed.error().context());
        assertEquals(fatal, failed.fatal());
        assertEquals(Bench.NOW, failed.error().at());
        assertEquals(failed, ran.reports().getLast());
    }

    private static void assertFatal(Ran ran, ErrorCode code) {
        assertFailed(ran, true, ErrorContext.REMOTE_FILE, code);
    }

    private static void assertTransient(Ran ran, ErrorCode code) {
        assertFailed(ran, false, ErrorContext.GENERAL_TRANSPORT, code);
    }

    /** A run whose server falls silent after so many bytes, all of which were checkpointed since. */
    private Ran checkpointedInTime(Content content, long after) throws IOException {
        bench(settings -> settings.checkpointInterval = Duration.ofMillis(100));
        origin.on("/a", Behaviours.hangsAfter(content, after));
        Ran ran = bench.start(Bench.job(origin.url("/a"), "a"));
        ran.await(Checkpointed.class, it -> it.bytes() == after);
        return ran;
    }

    /** A first run that ends after so many bytes, and the job as it is then. */
    private Job interrupted(String path, Content content, long after) {
        origin.on(path, Behaviours.closesEarly(content, after));
        Ran first = bench.run(Bench.job(origin.url(path), "a"));
        assertEquals(after, first.fileNow().bytesHeld());
        return first.jobNow();
    }

    @Nested
    @DisplayName("from a good server")
    class FromAGoodServer {
        @Test
        void ends_with_the_file_on_disk_and_everything_told() {
            try (Origin good = Origin.http()) {
                good.put("/a", CONTENT);
                Ran ran = bench.run(Bench.job(good.url("/a"), "maps/a.bin"));
                assertTrue(ran.isDone(), ran.reports()::toString);
                FileOpened opened = ran.all(FileOpened.class).getFirst();
                assertEquals(300_000, opened.bytesTotal());
                assertEquals(true, opened.resumable());
                assertEquals(Behaviours.etag(CONTENT), opened.version().etag());
                assertEquals(Behaviours.LAST_MODIFIED, opened.version().lastModified());
                FileFinished finished = ran.all(FileFinished.class).getFirst();
                assertEquals(300_000, finished.bytes());
                assertEquals(opened.version(), finished.version());
                assertTrue(CONTENT.isIn(temporary()));
                assertEquals(0, bench.engine.running());
                assertEquals(Map.of(), bench.engine.connections());
                assertEquals(300_000, bench.engine.bytesReceived());
                assertEquals(1, bench.engine.filesFinished());
            }
        }

        @Test
        void tells_of_a_small_last_file_and_of_the_end_at_once() {
            origin.on("/a", Behaviours.file(SMALL));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertEquals(1, ran.batches().size(), ran.batches()::toString);
            assertEquals(
                    List.of(FileFinished.class, RunDone.class),
                    ran.reports().stream().map(Object::getClass).toList());
        }

        @Test
        void takes_its_files_in_order_over_one_connection() {
            try (Origin good = Origin.http()) {
                Bench.Draft draft = Bench.draft();
                for (int i = 0; i < 20; i++) {
                    good.put("/" + i, new Content(i, 100L * i));
                    draft.file(good.url("/" + i), "f" + i);
                }
                Ran ran = bench.run(draft.job());
                assertTrue(ran.isDone(), ran.reports()::toString);
                assertEquals(
                        java.util.stream.IntStream.range(0, 20).boxed().toList(),
                        ran.all(FileFinished.class).stream()
                                .map(FileFinished::fileIndex)
                                .toList());
                assertEquals(1, good.connectionsMade());
                bench.files.publish(ran.jobNow(), false).toCompletableFuture().join();
                for (int i = 0; i < 20; i++)
                    assertTrue(new Content(i, 100L * i).isIn(root.resolve("alice/f" + i)), "f" + i);
            }
        }

        @Test
        void is_of_the_same_host_however_its_address_is_spelled() {
            origin.on("/a", Behaviours.file(SMALL));
            for (String spelled : List.of("127.0.0.1", "2130706433", "127.000.000.001", "[::ffff:7f00:1]")) {
                Ran ran = bench.run(Bench.job("http://" + spelled + ":" + origin.port() + "/a", "a"));
                assertTrue(ran.isDone(), spelled);
            }
            assertEquals(4, bench.engine.answers("127.0.0.1:" + origin.port()).requests());
            assertEquals(1, origin.connectionsMade());
        }

        @Test
        void asks_as_bits_does_with_the_headers_of_the_job() {
            Script script = origin.on("/a", Behaviours.file(SMALL));
            Bench.Draft draft = Bench.draft().file(origin.url("/a?x=%20y#part"), "a");
            draft.headers = Map.of("X-Site", "7", "Authorization", "Bearer t");
            assertTrue(bench.run(draft.job()).isDone());
            Seen seen = script.requests().getFirst();
            assertEquals("GET", seen.method());
            assertEquals("/a?x=%20y", seen.target());
            assertEquals("*/*", seen.header("accept"));
            assertEquals("identity", seen.header("accept-encoding"));
            assertEquals("Longhaul/test", seen.header("user-agent"));
            assertEquals(origin.host(), seen.header("host"));
            assertEquals("7", seen.header("x-site"));
            assertEquals("Bearer t", seen.header("authorization"));
            assertEquals("", seen.header("range"));
            assertEquals("", seen.header("cookie"));
        }

        @Test
        void keeps_a_content_encoding_that_nobody_asked_for() {
            origin.on(
                    "/a",
                    (request, reply) -> reply.head(
                                    200, "Content-Encoding: gzip", "Content-Length: 1000", "Set-Cookie: a=b")
                            .body(SMALL.bytes()));
            assertTrue(bench.run(Bench.job(origin.url("/a"), "a")).isDone());
            assertTrue(SMALL.isIn(temporary()));
        }

        @Test
        void verifies_a_checksum() {
            origin.on("/a", Behaviours.file(CONTENT));
            assertTrue(bench.run(Bench.draft()
                            .file(origin.url("/a"), "a", CONTENT.sha256())
                            .job())
                    .isDone());
        }

        @Test
        void of_no_bytes_is_a_file_of_no_bytes() {
            origin.on("/a", Behaviours.file(new Content(1, 0)));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertTrue(ran.isDone(), ran.reports()::toString);
            assertEquals(0, ran.all(FileFinished.class).getFirst().bytes());
            assertEquals(List.of(0L), List.of(temporary().toFile().length()));
        }

        @Test
        void over_https_trusts_the_operators_certificates_besides() throws IOException {
            TestAuthority authority = new TestAuthority();
            Path pem = authority.writePem(outside.resolve("trusted.pem"));
            bench(settings -> settings.trusted = pem);
            try (Origin good = Origin.https(authority)) {
                good.put("/a", CONTENT);
                Ran ran = bench.run(Bench.job(good.url("/a"), "a"));
                assertTrue(ran.isDone(), ran.reports()::toString);
                assertTrue(CONTENT.isIn(temporary()));
            }
        }

        /** A large body is read in another way than a small one, and under TLS it must not be. */
        @Test
        void over_https_receives_a_large_file_byte_for_byte() throws IOException {
            TestAuthority authority = new TestAuthority();
            Path pem = authority.writePem(outside.resolve("trusted.pem"));
            bench(settings -> settings.trusted = pem);
            Content large = new Content(12, 20_000_000);
            try (Origin good = Origin.https(authority)) {
                good.put("/a", large);
                Ran ran = bench.run(Bench.job(good.url("/a"), "a"));
                assertTrue(ran.isDone(), ran.reports()::toString);
                assertTrue(large.isIn(temporary()));
            }
        }

        /** What was read ahead of one answer's end is not to be missed by the next. */
        @Test
        void over_https_takes_large_files_over_one_connection() throws IOException {
            TestAuthority authority = new TestAuthority();
            Path pem = authority.writePem(outside.resolve("trusted.pem"));
            bench(settings -> settings.trusted = pem);
            try (Origin good = Origin.https(authority)) {
                Bench.Draft draft = Bench.draft();
                for (int i = 0; i < 3; i++) {
                    good.put("/" + i, new Content(i, 3_000_000));
                    draft.file(good.url("/" + i), "f" + i);
                }
                Ran ran = bench.run(draft.job());
                assertTrue(ran.isDone(), ran.reports()::toString);
                assertEquals(1, good.connectionsMade());
                bench.files.publish(ran.jobNow(), false).toCompletableFuture().join();
                for (int i = 0; i < 3; i++)
                    assertTrue(new Content(i, 3_000_000).isIn(root.resolve("alice/f" + i)), "f" + i);
            }
        }

        @Test
        void over_https_refuses_a_certificate_that_nobody_trusts() {
            try (Origin good = Origin.https(new TestAuthority())) {
                good.put("/a", SMALL);
                assertFailed(
                        bench.run(Bench.job(good.url("/a"), "a")),
                        true,
                        ErrorContext.GENERAL_TRANSPORT,
                        ERROR_WINHTTP_SECURE_FAILURE);
                assertEquals(List.of(), good.requests("/a"));
            }
        }

        @Test
        void over_https_refuses_a_certificate_of_another_host() throws IOException {
            TestAuthority authority = new TestAuthority();
            Path pem = authority.writePem(outside.resolve("trusted.pem"));
            bench(settings -> settings.trusted = pem);
            try (MisbehavingOrigin other = new MisbehavingOrigin(authority.serverSockets("127.0.0.2"))) {
                other.on("/a", Behaviours.file(SMALL));
                assertFailed(
                        bench.run(Bench.job(other.url("/a"), "a")),
                        true,
                        ErrorContext.GENERAL_TRANSPORT,
                        ERROR_WINHTTP_SECURE_FAILURE);
            }
        }

        @Test
        @Tag("slow")
        void keeps_to_the_bandwidth_of_the_job() {
            origin.on("/a", Behaviours.file(CONTENT));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.bandwidth = 150_000L;
            long begin = System.nanoTime();
            assertTrue(bench.run(draft.job()).isDone());
            long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            assertTrue(millis > 1700 && millis < 6000, millis + " ms");
        }

        @Test
        @Tag("slow")
        void slower_than_the_stall_limit_by_its_own_bandwidth_does_not_stall() throws IOException {
            bench(settings -> settings.stall = Duration.ofMillis(500));
            origin.on("/a", Behaviours.file(SMALL));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.bandwidth = 500L;
            assertTrue(bench.run(draft.job()).isDone());
        }
    }

    @Nested
    @DisplayName("that was interrupted")
    class Interrupted {
        @Test
        void goes_on_at_the_byte_where_it_was() {
            Job job = interrupted("/a", CONTENT, 100_000);
            Script script = origin.on("/a", Behaviours.file(CONTENT));
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertEquals(List.of("bytes=100000-"), script.ranges());
            assertEquals(Behaviours.etag(CONTENT), script.requests().getFirst().header("if-range"));
            assertEquals(200_000, script.bytesSent());
            assertEquals(List.of(), second.all(FileRestarted.class));
            assertTrue(CONTENT.isIn(temporary()));
            assertEquals(1, bench.names().size());
            assertTrue(bench.names().getFirst().startsWith("BIT-" + job.id() + "-0-2-"));
        }

        @Test
        void goes_on_by_the_date_where_the_etag_is_weak() {
            String[] weak = {"ETag: W/\"1\"", "Last-Modified: " + Behaviours.LAST_MODIFIED};
            Script script = origin.on(
                    "/a",
                    (request, reply) -> reply.head(200, weak[0], weak[1], "Content-Length: 1000")
                            .body(SMALL, 0, 400)
                            .close(),
                    (request, reply) -> reply.head(
                                    206, weak[0], weak[1], "Content-Range: bytes 400-999/1000", "Content-Length: 600")
                            .body(SMALL, 400, 1000));
            Job job = bench.run(Bench.job(origin.url("/a"), "a")).jobNow();
            assertTrue(bench.run(job, 2).isDone());
            assertEquals(Behaviours.LAST_MODIFIED, script.requests().getLast().header("if-range"));
            assertTrue(SMALL.isIn(temporary()));
        }

        @Test
        void verifies_what_it_received_in_two_runs() {
            origin.on("/a", Behaviours.closesEarly(CONTENT, 100_000), Behaviours.file(CONTENT));
            Job job =
                    Bench.draft().file(origin.url("/a"), "a", CONTENT.sha256()).job();
            assertTrue(bench.run(bench.run(job).jobNow(), 2).isDone());
        }

        @Test
        void starts_at_0_where_the_file_changed() {
            Job job = interrupted("/a", CONTENT, 100_000);
            Script script = origin.on("/a", Behaviours.file(OTHER));
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertEquals(
                    List.of(new FileRestarted(2, 0, BG_E_REMOTE_FILE_CHANGED, 100_000)),
                    second.all(FileRestarted.class));
            assertEquals(1, script.requests().size());
            assertTrue(OTHER.isIn(temporary()));
            assertEquals(1, bench.names().size());
        }

        @Test
        void starts_at_0_where_another_version_answers_to_the_range_all_the_same() {
            Job job = interrupted("/a", CONTENT, 100_000);
            Script script = origin.on("/a", Behaviours.wrongRange(OTHER, 100_000), Behaviours.file(OTHER));
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertEquals(
                    BG_E_REMOTE_FILE_CHANGED,
                    second.all(FileRestarted.class).getFirst().reason());
            assertEquals(List.of("bytes=100000-", ""), script.ranges());
            assertTrue(OTHER.isIn(temporary()));
        }

        @Test
        void starts_at_0_where_the_size_changed_alone() {
            Job job = interrupted("/a", CONTENT, 100_000);
            Content longer = new Content(OTHER.seed(), 400_000);
            origin.on(
                    "/a",
                    (request, reply) -> reply.head(
                                    206,
                                    "ETag: " + Behaviours.etag(CONTENT),
                                    "Content-Range: bytes 100000-399999/400000",
                                    "Content-Length: 300000")
                            .body(longer, 100_000, 400_000),
                    Behaviours.file(longer));
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertTrue(longer.isIn(temporary()));
        }

        @Test
        void starts_at_0_after_412() {
            Job job = interrupted("/a", CONTENT, 100_000);
            origin.on("/a", Behaviours.status(412), Behaviours.file(OTHER));
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertTrue(OTHER.isIn(temporary()));
        }

        @Test
        void of_a_file_that_changes_again_and_again_waits_for_the_next_retry() {
            Job job = interrupted("/a", CONTENT, 100_000);
            Script script = origin.on("/a", (request, reply) -> {
                int n = origin.connectionsMade();
                Content version = new Content(100 + n, 300_000);
                if (request.header("range").isEmpty())
                    Behaviours.shortRange(version, 1).answer(request, reply);
                else Behaviours.status(412).answer(request, reply);
            });
            assertTrue(bench.run(job, 2).isDone()); // one restart is fine
            Job again = interrupted("/b", CONTENT, 100_000);
            origin.on("/b", Behaviours.status(412));
            assertFatal(bench.run(again, 3), new HttpError(412)); // nothing is held by then
            assertEquals(2, script.requests().size());
        }

        @Test
        void never_appends_the_answer_of_a_server_that_ignores_ranges() {
            Job job = interrupted("/a", CONTENT, 100_000);
            Script script = origin.on("/a", Behaviours.ignoresRange(CONTENT));
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertEquals(
                    BG_E_INSUFFICIENT_RANGE_SUPPORT,
                    second.all(FileRestarted.class).getFirst().reason());
            assertEquals(false, second.all(FileFinished.class).getFirst().resumable());
            assertEquals(1, script.requests().size());
            assertTrue(CONTENT.isIn(temporary()));
        }

        @Test
        void of_a_job_that_requires_ranges_fails_where_the_server_ignores_them() {
            origin.on("/a", Behaviours.closesEarly(CONTENT, 100_000), Behaviours.ignoresRange(CONTENT));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.requireRanges = true;
            assertFatal(bench.run(bench.run(draft.job()).jobNow(), 2), BG_E_INSUFFICIENT_RANGE_SUPPORT);
        }

        @Test
        void of_a_job_that_requires_ranges_fails_before_it_has_begun_where_the_server_ignores_them() {
            Script script = origin.on("/a", Behaviours.ignoresRange(CONTENT));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.requireRanges = true;
            assertFatal(bench.run(draft.job()), BG_E_INSUFFICIENT_RANGE_SUPPORT);
            assertEquals("bytes=0-", script.requests().getFirst().header("range"));
        }

        @Test
        void of_a_job_that_requires_ranges_has_an_empty_file_too() {
            origin.on("/a", Behaviours.file(new Content(1, 0)));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.requireRanges = true;
            Ran ran = bench.run(draft.job());
            assertTrue(ran.isDone(), ran.reports()::toString);
            assertEquals(0, ran.all(FileFinished.class).getFirst().bytes());
        }

        @Test
        void starts_at_0_where_nothing_tells_versions_apart() {
            Script script = origin.on(
                    "/a",
                    (request, reply) -> reply.head(200, "Content-Length: 1000")
                            .body(SMALL, 0, 400)
                            .close(),
                    (request, reply) -> reply.head(200, "Content-Length: 1000").body(SMALL, 0, 1000));
            Job job = bench.run(Bench.job(origin.url("/a"), "a")).jobNow();
            assertEquals(400, job.files().getFirst().bytesHeld());
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone());
            assertEquals(
                    BG_E_INSUFFICIENT_RANGE_SUPPORT,
                    second.all(FileRestarted.class).getFirst().reason());
            assertEquals(List.of("", ""), script.ranges());
            assertEquals(1, bench.names().size());
        }

        @Test
        void starts_at_0_where_its_temporary_file_is_gone() throws IOException {
            Job job = interrupted("/a", CONTENT, 100_000);
            Files.delete(temporary());
            Script script = origin.on("/a", Behaviours.file(CONTENT));
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone());
            assertEquals(
                    BG_E_FILE_NOT_FOUND,
                    second.all(FileRestarted.class).getFirst().reason());
            assertEquals(List.of(""), script.ranges());
        }

        @Test
        void starts_at_0_where_its_temporary_file_is_too_short() throws IOException {
            Job job = interrupted("/a", CONTENT, 100_000);
            Files.write(temporary(), new byte[99_999]);
            origin.on("/a", Behaviours.file(CONTENT));
            assertTrue(bench.run(job, 2).isDone());
            assertTrue(CONTENT.isIn(temporary()));
        }

        @Test
        void does_not_trust_bytes_beyond_the_last_checkpoint() throws IOException {
            Job job = interrupted("/a", CONTENT, 100_000);
            byte[] bytes = Files.readAllBytes(temporary());
            byte[] more = Arrays.copyOf(bytes, 150_000); // as a hole after a loss of power
            Files.write(temporary(), more);
            Script script = origin.on("/a", Behaviours.file(CONTENT));
            assertTrue(bench.run(job, 2).isDone());
            assertEquals(List.of("bytes=100000-"), script.ranges());
            assertTrue(CONTENT.isIn(temporary()));
        }

        @Test
        void finds_the_bytes_that_a_run_took_over_before_it_told_of_it() throws IOException {
            Job job = interrupted("/a", CONTENT, 100_000);
            Path held = temporary();
            String name = held.getFileName().toString();
            Files.move(held, held.resolveSibling(name.replace("-0-1-", "-0-3-")));
            Script script = origin.on("/a", Behaviours.file(CONTENT));
            assertTrue(bench.run(job, 5).isDone());
            assertEquals(List.of("bytes=100000-"), script.ranges());
            assertTrue(CONTENT.isIn(temporary()));
        }

        @Test
        void never_takes_the_bytes_of_another_version_for_its_own() throws IOException {
            Job job = interrupted("/a", CONTENT, 100_000);
            // Run 2 finds another version and starts again, and dies before its job hears of it.
            origin.on("/a", Behaviours.closesEarly(OTHER, 200_000));
            bench.run(job, 2);
            Script script = origin.on("/a", Behaviours.file(CONTENT));
            Ran third = bench.run(job, 3);
            assertTrue(third.isDone());
            assertEquals(List.of(""), script.ranges());
            assertTrue(CONTENT.isIn(root.resolve("alice")
                    .resolve(bench.names().stream()
                            .filter(n -> n.contains("-0-3-"))
                            .findFirst()
                            .orElseThrow())));
        }

        @Test
        void asks_for_nothing_where_everything_is_there() {
            Job job = interrupted("/a", CONTENT, 100_000);
            JobFile file = job.files().getFirst();
            Script script = origin.on("/a", Behaviours.file(CONTENT));
            Job whole = bench.run(job, 2).jobNow();
            JobFile held = file.held(300_000, 2);
            Ran third = bench.run(Bench.withFile(whole, held), 3);
            assertEquals(
                    List.of(FileFinished.class, RunDone.class),
                    third.reports().stream().map(Object::getClass).toList());
            assertEquals(1, script.requests().size());
        }

        @Test
        void of_unknown_length_is_whole_where_the_server_has_nothing_beyond() {
            String etag = "ETag: " + Behaviours.etag(SMALL);
            origin.on(
                    "/a",
                    (request, reply) -> reply.head(200, etag, "Accept-Ranges: bytes", "Transfer-Encoding: chunked")
                            .chunk(SMALL.bytes())
                            .close(),
                    Behaviours.file(SMALL));
            Job job = bench.run(Bench.job(origin.url("/a"), "a")).jobNow();
            assertEquals(1000, job.files().getFirst().bytesHeld());
            assertNull(job.files().getFirst().bytesTotal());
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertTrue(SMALL.isIn(temporary()));
        }

        @Test
        void after_416_of_a_file_that_shrank_starts_at_0() {
            Job job = interrupted("/a", CONTENT, 100_000);
            origin.on("/a", Behaviours.status(416, "Content-Range: bytes */50"), Behaviours.file(SMALL));
            Ran second = bench.run(job, 2);
            assertTrue(second.isDone());
            assertEquals(
                    BG_E_REMOTE_FILE_CHANGED,
                    second.all(FileRestarted.class).getFirst().reason());
            assertTrue(SMALL.isIn(temporary()));
        }

        @Test
        void takes_less_than_it_asked_for_and_asks_again() {
            Job job = interrupted("/a", CONTENT, 100_000);
            Script script = origin.on("/a", Behaviours.shortRange(CONTENT, 70_000));
            assertTrue(bench.run(job, 2).isDone());
            assertEquals(List.of("bytes=100000-", "bytes=170000-", "bytes=240000-"), script.ranges());
            assertTrue(CONTENT.isIn(temporary()));
        }

        @Test
        void is_not_fed_crumb_by_crumb_for_ever() {
            Job job = interrupted("/a", CONTENT, 100_000);
            Script script = origin.on("/a", Behaviours.shortRange(CONTENT, 1));
            assertTransient(bench.run(job, 2), ERROR_WINHTTP_INVALID_SERVER_RESPONSE);
            assertTrue(script.requests().size() < 200);
        }
    }

    @Nested
    @DisplayName("from a server whose ranges do not say of which version they are")
    class UnnamedRanges {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void is_fetched_as_a_whole_after_it_was_interrupted(boolean requireRanges) {
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.requireRanges = requireRanges;
            origin.on("/a", Behaviours.closesEarly(CONTENT, 100_000));
            Job job = bench.run(draft.job()).jobNow();
            Script script = origin.on("/a", Behaviours.unnamedRanges(OTHER, false));
            Ran ran = bench.run(job, 2);
            assertTrue(ran.isDone(), ran.reports()::toString);
            assertEquals(List.of("bytes=100000-", ""), script.ranges());
            assertEquals(
                    BG_E_INSUFFICIENT_RANGE_SUPPORT,
                    ran.all(FileRestarted.class).getFirst().reason());
            assertEquals(false, ran.all(FileFinished.class).getFirst().resumable());
            assertTrue(OTHER.isIn(temporary()));
        }

        @Test
        void is_not_put_together_of_parts_that_may_be_of_two() {
            Job job = Bench.draft()
                    .file(origin.url("/a"), "a", null, new ByteRange(0, 10L), new ByteRange(100, 10L))
                    .job();
            Script script = origin.on("/a", Behaviours.unnamedRanges(CONTENT, false));
            assertFatal(bench.run(job), BG_E_INSUFFICIENT_RANGE_SUPPORT);
            assertEquals(List.of("bytes=0-9", "bytes=100-109", "bytes=0-9", "bytes=100-109"), script.ranges());
            Job asking = Bench.job(origin.url("/a"), "b");
            asking = Bench.withFile(
                    asking, asking.files().getFirst().asking(List.of(new ByteRange(100, 10L), new ByteRange(0, 10L))));
            assertFatal(bench.run(asking), BG_E_RANDOM_ACCESS_NOT_SUPPORTED);
        }
    }

    @Nested
    class Whose_parts_are_asked_for {
        private Job asking(Job job, ByteRange... parts) {
            return Bench.withFile(job, job.files().getFirst().asking(List.of(parts)));
        }

        @Test
        void holds_them_at_their_own_offsets_and_goes_on_with_what_is_missing() {
            Script script = origin.on("/a", Behaviours.file(CONTENT));
            Job job = asking(Bench.job(origin.url("/a"), "a"), new ByteRange(200_000, 1000L), new ByteRange(0, 1000L));
            Ran first = bench.run(job);
            assertEquals(
                    List.of(new ByteRange(200_000, 1000L), new ByteRange(0, 1000L)),
                    first.all(TransferReport.PieceCheckpointed.class).stream()
                            .map(TransferReport.PieceCheckpointed::piece)
                            .toList());
            assertEquals(RunDone.class, first.reports().getLast().getClass());
            assertEquals(List.of(), first.all(FileFinished.class));
            Ran second = bench.run(asking(first.jobNow(), new ByteRange(0, null)), 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertEquals(300_000, script.bytesSent(), "no byte twice");
            assertTrue(CONTENT.isIn(temporary()));
        }

        @Test
        void is_followed_by_the_next_of_which_parts_are_asked_for() {
            origin.on("/a", Behaviours.file(CONTENT));
            origin.on("/b", Behaviours.file(OTHER));
            Job two = Bench.draft()
                    .file(origin.url("/a"), "a")
                    .file(origin.url("/b"), "b")
                    .job();
            Job job = Bench.withFile(
                    asking(two, new ByteRange(1000, 500L)),
                    two.files().getLast().asking(List.of(new ByteRange(2000, 600L))));
            MeasuredTransfers measured = new MeasuredTransfers(bench.engine, new SimpleMeterRegistry());
            Ran ran = bench.start(measured, job, 1).awaitEnd();
            assertTrue(ran.isDone(), ran.reports()::toString);
            assertEquals(
                    List.of(500L, 600L),
                    ran.jobNow().files().stream().map(JobFile::bytesHeld).toList());
            assertTrue(ran.batches().stream().noneMatch(List::isEmpty), "nobody is told nothing");
        }

        @Test
        void goes_on_after_a_crash_with_the_parts_that_the_job_knows_of() throws IOException {
            origin.on("/a", Behaviours.file(CONTENT));
            Job job = bench.run(asking(Bench.job(origin.url("/a"), "a"), new ByteRange(100_000, 50_000L)))
                    .jobNow();
            Files.write(temporary(), new byte[10_000], java.nio.file.StandardOpenOption.APPEND);
            Ran second = bench.run(asking(job, new ByteRange(0, null)), 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertTrue(CONTENT.isIn(temporary()));
        }

        @Test
        void forgets_them_where_the_file_changed() {
            origin.on("/a", Behaviours.file(CONTENT));
            Job job = bench.run(asking(Bench.job(origin.url("/a"), "a"), new ByteRange(100_000, 50_000L)))
                    .jobNow();
            origin.on("/a", Behaviours.file(OTHER));
            Ran second = bench.run(asking(job, new ByteRange(100_000, 60_000L), new ByteRange(0, null)), 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertEquals(
                    BG_E_REMOTE_FILE_CHANGED,
                    second.all(FileRestarted.class).getFirst().reason());
            assertTrue(OTHER.isIn(temporary()));
        }

        @Test
        void tells_its_size_where_it_has_not_what_is_asked_for() {
            origin.on("/a", Behaviours.file(CONTENT));
            Ran ran = bench.run(asking(Bench.job(origin.url("/a"), "a"), new ByteRange(299_999, 2L)));
            assertFatal(ran, BG_E_INVALID_RANGE);
            assertEquals(300_000L, ran.fileNow().version().size());
        }

        @Test
        void is_limited_by_what_is_asked_for() {
            origin.on("/a", Behaviours.file(CONTENT));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.maxDownloadBytes = 5000L;
            Ran part = bench.run(asking(draft.job(), new ByteRange(1000, 3000L), new ByteRange(2000, 4000L)));
            assertTrue(part.isDone(), part.reports()::toString);
            assertFatal(
                    bench.run(asking(part.jobNow(), new ByteRange(0, 1001L)), 2), BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED);
        }

        @Test
        void comes_as_a_whole_from_a_server_without_ranges_where_all_is_asked_for() {
            origin.on("/a", Behaviours.ignoresRange(CONTENT));
            Ran ran = bench.run(asking(Bench.job(origin.url("/a"), "a"), new ByteRange(0, null)));
            assertEquals(300_000, ran.all(FileFinished.class).getFirst().bytes());
            assertTrue(CONTENT.isIn(temporary()));
        }

        @Test
        void may_be_empty() {
            origin.on("/a", Behaviours.file(new Content(1, 0)));
            Ran ran = bench.run(asking(Bench.job(origin.url("/a"), "a"), new ByteRange(0, null)));
            assertEquals(0, ran.all(FileFinished.class).getFirst().bytes());
        }

        @Test
        void is_verified_as_a_whole() {
            origin.on("/a", Behaviours.file(CONTENT));
            Job wrong =
                    Bench.draft().file(origin.url("/a"), "a", OTHER.sha256()).job();
            assertFatal(
                    bench.run(asking(wrong, new ByteRange(5000, null), new ByteRange(0, 5000L))),
                    BG_E_VALIDATION_FAILED);
        }
    }

    @Nested
    class That_its_owner_changes_meanwhile {
        private final Script first = origin.on("/a", Behaviours.hangsAfter(CONTENT, 100_000));

        private Job job() {
            origin.on("/c", Behaviours.file(OTHER));
            return Bench.draft()
                    .file(origin.url("/a"), "a")
                    .file(origin.url("/b"), "b")
                    .file(origin.url("/c"), "c")
                    .job();
        }

        private Ran atTheFirst(Job job) {
            Ran ran = bench.start(job);
            first.awaitSent(100_000);
            ran.await(FileOpened.class, opened -> true);
            return ran;
        }

        private Job renamed(Job job, int index) {
            return Bench.withFile(
                    job,
                    job.files()
                            .get(index)
                            .renamed(List.of(origin.url("/z")), List.of())
                            .renamedAfter(1));
        }

        private Job asking(Job job, ByteRange... parts) {
            return Bench.withFile(job, job.files().getFirst().asking(List.of(parts)));
        }

        private void passesOverTheSecond(UnaryOperator<JobFile> change) {
            Job job = job();
            Ran ran = atTheFirst(job);
            ran.run.goBy(Bench.withFile(job, change.apply(job.files().get(1))));
            first.release();
            assertTrue(ran.awaitEnd().isDone(), ran.reports()::toString);
            assertEquals(
                    List.of(0, 2),
                    ran.all(FileFinished.class).stream()
                            .map(FileFinished::fileIndex)
                            .toList());
        }

        @Test
        void is_passed_over_by_a_run_that_has_not_come_to_it() {
            passesOverTheSecond(
                    file -> file.renamed(List.of(origin.url("/z")), List.of()).renamedAfter(1));
        }

        @Test
        void is_passed_over_where_it_is_skipped() {
            passesOverTheSecond(JobFile::skipped);
        }

        @Test
        void is_passed_over_where_another_part_comes_first_now() {
            passesOverTheSecond(file -> file.asking(List.of(new ByteRange(500, null), new ByteRange(0, 500L))));
        }

        @Test
        void ends_a_run_with_nothing_else_to_fetch() {
            Job job = job();
            Ran ran = atTheFirst(job);
            ran.run.goBy(renamed(renamed(job, 1), 2));
            first.release();
            assertEquals(new RunDone(1), ran.awaitEnd().reports().getLast());
            assertEquals(1, ran.all(FileFinished.class).size());
        }

        @Test
        void ends_a_run_that_is_at_it_and_what_it_has_is_on_disk() {
            Job job = job();
            Ran ran = atTheFirst(job);
            ran.run.goBy(renamed(job, 0));
            assertEquals(new RunDone(1), ran.awaitEnd().reports().getLast());
            assertEquals(List.of(), ran.all(FileFinished.class));
            assertTrue(ran.fileNow().bytesHeld() > 0);
            first.release();
        }

        @Test
        void ends_a_run_that_is_at_another_part_of_it() {
            Job job = asking(job(), new ByteRange(0, 200_000L));
            Ran ran = atTheFirst(job);
            ran.run.goBy(asking(job, new ByteRange(250_000, null), new ByteRange(0, 200_000L)));
            assertEquals(new RunDone(1), ran.awaitEnd().reports().getLast());
            assertTrue(ran.fileNow().bytesHeld() < 200_000);
            first.release();
        }

        @Test
        void ends_no_run_that_is_at_what_is_still_wanted_first() {
            Job job = asking(job(), new ByteRange(100_000, null));
            Ran ran = atTheFirst(job);
            ran.run.goBy(asking(job, new ByteRange(100_000, null), new ByteRange(0, 50_000L)));
            first.release();
            assertEquals(200_000, ran.awaitEnd().fileNow().bytesHeld(), ran.reports()::toString);
        }
    }

    @Nested
    class In_place {
        @Test
        void is_written_under_its_own_name_and_replaces_what_was_there() throws IOException {
            Path destination = Files.createDirectories(root.resolve("alice")).resolve("a");
            Files.writeString(destination, "older");
            origin.on("/a", Behaviours.file(CONTENT));
            Job job = Bench.draft()
                    .file(origin.url("/a"), "a")
                    .with(JobOptions.Mode.HIGH_PERFORMANCE)
                    .job();
            assertTrue(bench.run(job).isDone());
            assertTrue(CONTENT.isIn(destination));
            assertEquals(List.of("a"), bench.names());
        }

        @Test
        void keeps_nothing_of_an_interrupted_file_and_tells_of_no_checkpoint() {
            Script script = origin.on("/a", Behaviours.closesEarly(CONTENT, 100_000), Behaviours.file(CONTENT));
            Job job = Bench.draft()
                    .file(origin.url("/a"), "a")
                    .with(JobOptions.Mode.HIGH_PERFORMANCE)
                    .job();
            Ran first = bench.run(job);
            assertEquals(List.of(), first.all(TransferReport.Checkpointed.class));
            assertTrue(bench.run(first.jobNow(), 2).isDone());
            assertEquals(List.of("", ""), script.ranges());
            assertEquals(List.of("a"), bench.names());
        }
    }

    @Nested
    @DisplayName("that is stopped")
    class Stopped {
        @Test
        void ends_at_once_with_a_last_checkpoint_and_no_further_word() {
            Script script = origin.on("/a", Behaviours.hangsAfter(CONTENT, 100_000));
            Ran ran = bench.start(Bench.job(origin.url("/a"), "a"));
            ran.await(TransferReport.Progressed.class, it -> it.bytes() == 100_000);
            long begin = System.nanoTime();
            ran.stop();
            assertTrue(Duration.ofNanos(System.nanoTime() - begin).toMillis() < 1000);
            assertEquals(new Checkpointed(1, 0, 100_000), ran.reports().getLast());
            assertEquals(List.of(), ran.all(RunFailed.class));
            assertFalse(ran.isDone());
            assertEquals(0, bench.engine.running());
            assertEquals(1, script.requests().size());
            ran.run.stop(); // idempotent
        }

        @Test
        void while_it_waits_for_an_answer_ends_without_a_word() {
            Script script = origin.on("/a", Behaviours.hangsBeforeAnswer());
            Ran ran = bench.start(Bench.job(origin.url("/a"), "a"));
            script.awaitRequests(1);
            Transfers.Awaited awaited = ran.run.awaited().orElseThrow();
            assertEquals(Transfers.Awaited.What.ANSWER, awaited.what());
            assertEquals(origin.host(), awaited.host());
            assertTrue(awaited.until().isAfter(Bench.NOW), awaited.toString());
            ran.stop();
            assertEquals(Optional.empty(), ran.run.awaited());
            assertEquals(List.of(), ran.reports());
            assertEquals(List.of(), bench.names());
        }

        @Test
        void while_it_connects_ends_without_a_word() {
            try (FullBacklog full = new FullBacklog()) {
                Ran ran = bench.start(Bench.job(full.url("/a"), "a"));
                ran.stop();
                assertEquals(List.of(), ran.reports());
            }
        }

        @Test
        void while_its_bandwidth_makes_it_wait_ends_at_once() {
            origin.on("/a", Behaviours.file(CONTENT));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.bandwidth = 10L;
            Ran ran = bench.start(draft.job());
            ran.await(FileOpened.class, it -> true);
            ran.stop();
            assertTrue(ran.all(Checkpointed.class).size() <= 1);
        }

        @Test
        void by_a_newer_run_of_its_job_ends_before_that_one_begins() {
            Script script = origin.on("/a", Behaviours.hangsAfter(CONTENT, 100_000), Behaviours.file(CONTENT));
            Ran first = bench.start(Bench.job(origin.url("/a"), "a"));
            FileOpened opened = first.await(FileOpened.class, it -> true);
            script.awaitSent(100_000);
            Job job = first.jobNow();
            Ran second = bench.run(job, 2);
            first.awaitEnd();
            assertTrue(second.isDone(), second.reports()::toString);
            assertEquals(List.of(), first.all(RunFailed.class));
            assertEquals(300_000, opened.bytesTotal());
            assertEquals(0, bench.engine.running());
        }

        @Test
        void by_the_end_of_the_engine_checkpoints_too() {
            origin.on("/a", Behaviours.hangsAfter(CONTENT, 100_000));
            Ran ran = bench.start(Bench.job(origin.url("/a"), "a"));
            ran.await(TransferReport.Progressed.class, it -> it.bytes() == 100_000);
            bench.engine.close();
            assertEquals(
                    new Checkpointed(1, 0, 100_000), ran.awaitEnd().reports().getLast());
        }
    }

    @Nested
    @DisplayName("tells of checkpoints")
    class TellsOfCheckpoints {
        @Test
        void so_often_that_a_crash_costs_no_more_than_the_setting() throws IOException {
            bench(settings -> settings.checkpointBytes = 100_000);
            Content large = new Content(9, 2_000_000);
            origin.on("/a", Behaviours.file(large));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertTrue(ran.isDone());
            List<Checkpointed> checkpoints = ran.all(Checkpointed.class);
            assertTrue(checkpoints.size() >= 4, checkpoints::toString);
            long before = 0;
            for (Checkpointed checkpoint : checkpoints) {
                assertTrue(checkpoint.bytes() > before);
                assertTrue(checkpoint.bytes() - before <= 100_000, checkpoints::toString);
                before = checkpoint.bytes();
            }
        }

        @Test
        void in_time_where_the_server_falls_silent() throws IOException {
            Ran ran = checkpointedInTime(CONTENT, 100_000);
            ran.stop();
            assertEquals(
                    1,
                    ran.all(Checkpointed.class).stream()
                            .filter(it -> it.bytes() == 100_000)
                            .count());
        }
    }

    @Nested
    @DisplayName("of a large file, past the cache")
    class OfALargeFile {
        private static final Content LARGE = new Content(11, 20_000_123);

        @Test
        void holds_what_the_server_sent() {
            origin.on("/a", Behaviours.file(LARGE));
            Ran ran = bench.run(
                    Bench.draft().file(origin.url("/a"), "a", LARGE.sha256()).job());
            assertTrue(ran.isDone(), ran.reports()::toString);
            assertTrue(LARGE.isIn(temporary()));
        }

        @Test
        void holds_the_same_by_way_of_the_cache() throws IOException {
            bench(settings -> settings.directIo = false);
            origin.on("/a", Behaviours.file(LARGE));
            assertTrue(bench.run(Bench.job(origin.url("/a"), "a")).isDone());
            assertTrue(LARGE.isIn(temporary()));
        }

        @ParameterizedTest
        @ValueSource(longs = {65_536, 1_000_000, 64 << 20})
        void tells_of_no_byte_that_is_not_in_the_file(long checkpointBytes) throws IOException {
            bench(settings -> settings.checkpointBytes = checkpointBytes);
            origin.on("/a", Behaviours.hangsAfter(LARGE, 13_000_001));
            Ran ran = bench.start(Bench.job(origin.url("/a"), "a"));
            ran.await(TransferReport.Progressed.class, it -> it.bytes() == 13_000_001);
            for (Checkpointed told : ran.all(Checkpointed.class)) assertTrue(Files.size(temporary()) >= told.bytes());
            ran.stop();
            // not the last word of all: where a force was quick, the progress is told after its checkpoint
            assertEquals(
                    new Checkpointed(1, 0, 13_000_001),
                    ran.all(Checkpointed.class).getLast());
            assertEquals(13_000_001, Files.size(temporary()));
        }

        @Test
        void goes_on_where_it_was_broken_off() {
            Script script = origin.on("/a", Behaviours.closesEarly(LARGE, 9_000_001), Behaviours.file(LARGE));
            Ran first = bench.run(Bench.job(origin.url("/a"), "a"));
            Ran second = bench.run(first.jobNow(), 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertEquals(List.of("", "bytes=9000001-"), script.ranges());
            assertTrue(LARGE.isIn(temporary()));
        }

        @Test
        void is_checkpointed_in_time_where_the_server_falls_silent() throws IOException {
            Ran ran = checkpointedInTime(LARGE, 13_000_001);
            assertEquals(13_000_001, Files.size(temporary()));
            ran.stop();
        }

        @Test
        void may_be_one_of_more_than_there_are_rings() {
            origin.on("/a", Behaviours.file(LARGE));
            List<Ran> all = IntStream.range(0, 6)
                    .mapToObj(n -> bench.start(Bench.job(origin.url("/a"), "a" + n)))
                    .toList();
            for (Ran ran : all) assertTrue(ran.awaitEnd().isDone(), ran.reports()::toString);
        }

        @Test
        void that_is_written_in_place_holds_what_the_server_sent() {
            origin.on("/a", Behaviours.file(LARGE));
            Ran ran = bench.run(Bench.draft()
                    .file(origin.url("/a"), "a")
                    .with(JobOptions.Mode.HIGH_PERFORMANCE)
                    .job());
            assertTrue(ran.isDone(), ran.reports()::toString);
            assertTrue(LARGE.isIn(root.resolve("alice/a")));
        }
    }

    @Nested
    @DisplayName("to a disk that becomes full")
    class ToADiskThatBecomesFull {
        private static final Content LARGE = new Content(12, 20_000_123);

        /** But where neither is the case, it is the checkpoint behind the reader's back that hears of it first. */
        @ParameterizedTest
        @CsvSource({"true, false", "true, true", "false, true", "false, false"})
        void keeps_what_it_has_and_goes_on_once_there_is_room(boolean directIo, boolean toldLate) throws IOException {
            FullDisk disk = new FullDisk(9_000_000, toldLate);
            bench.close();
            bench = new Bench(
                    root,
                    settings -> {
                        settings.directIo = directIo;
                        settings.checkpointBytes = 1_000_000;
                        return settings;
                    },
                    disk);
            Script script = origin.on("/a", Behaviours.file(LARGE));
            Ran first = bench.run(Bench.job(origin.url("/a"), "a"));
            assertFailed(first, true, ErrorContext.LOCAL_FILE, ERROR_DISK_FULL);
            long held = first.fileNow().bytesHeld();
            assertTrue(held > 7_000_000 && held <= 9_000_000, first.reports()::toString);
            assertTrue(Files.size(temporary()) >= held);

            disk.makeRoom();
            Ran second = bench.run(first.jobNow(), 2);
            assertTrue(second.isDone(), second.reports()::toString);
            assertEquals("bytes=" + held + "-", script.ranges().getLast());
            assertTrue(LARGE.isIn(temporary()));
        }
    }

    @Nested
    @DisplayName("of byte ranges")
    class OfByteRanges {
        private Job ranged(Long maxBytes, ByteRange... ranges) {
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a", null, ranges);
            draft.maxDownloadBytes = maxBytes;
            return draft.job();
        }

        private byte[] expected(Content content, long... offsetsAndLengths) {
            int total = 0;
            for (int i = 1; i < offsetsAndLengths.length; i += 2) total += (int) offsetsAndLengths[i];
            byte[] all = new byte[total];
            int at = 0;
            for (int i = 0; i < offsetsAndLengths.length; i += 2) {
                byte[] part = content.part(offsetsAndLengths[i], (int) offsetsAndLengths[i + 1]);
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            return all;
        }

        @Test
        void puts_them_together_in_their_order() throws IOException {
            Script script = origin.on("/a", Behaviours.file(CONTENT));
            Ran ran = bench.run(
                    ranged(null, new ByteRange(200_000, null), new ByteRange(0, 10L), new ByteRange(1000, 65_536L)));
            assertTrue(ran.isDone(), ran.reports()::toString);
            assertEquals(List.of("bytes=200000-", "bytes=0-9", "bytes=1000-66535"), script.ranges());
            assertEquals(
                    100_000 + 10 + 65_536,
                    ran.all(FileFinished.class).getFirst().bytes());
            assertTrue(Arrays.equals(
                    expected(CONTENT, 200_000, 100_000, 0, 10, 1000, 65_536), Files.readAllBytes(temporary())));
        }

        @Test
        void goes_on_in_the_middle_of_one() throws IOException {
            Script script = origin.on(
                    "/a",
                    Behaviours.file(CONTENT),
                    (request, reply) -> reply.head(
                                    206,
                                    "ETag: " + Behaviours.etag(CONTENT),
                                    "Content-Range: bytes 1000-20999/300000",
                                    "Content-Length: 20000")
                            .body(CONTENT, 1000, 6000)
                            .close(),
                    Behaviours.file(CONTENT));
            Ran first = bench.run(ranged(null, new ByteRange(0, 10L), new ByteRange(1000, 20_000L)));
            assertEquals(5010, first.fileNow().bytesHeld());
            assertTrue(bench.run(first.jobNow(), 2).isDone());
            assertEquals(List.of("bytes=0-9", "bytes=1000-20999", "bytes=6000-20999"), script.ranges());
            assertTrue(Arrays.equals(expected(CONTENT, 0, 10, 1000, 20_000), Files.readAllBytes(temporary())));
        }

        @Test
        void starts_at_0_where_the_file_changes_between_two() throws IOException {
            Script script = origin.on("/a", Behaviours.file(CONTENT), Behaviours.file(OTHER));
            Ran ran = bench.run(ranged(null, new ByteRange(0, 10L), new ByteRange(1000, 20L)));
            assertTrue(ran.isDone(), ran.reports()::toString);
            assertEquals(List.of("bytes=0-9", "bytes=1000-1019", "bytes=0-9", "bytes=1000-1019"), script.ranges());
            assertTrue(Arrays.equals(expected(OTHER, 0, 10, 1000, 20), Files.readAllBytes(temporary())));
        }

        @Test
        void needs_a_server_that_has_them() {
            origin.on("/a", Behaviours.ignoresRange(CONTENT));
            assertFatal(bench.run(ranged(null, new ByteRange(0, 10L))), BG_E_INSUFFICIENT_RANGE_SUPPORT);
        }

        @Test
        void outside_the_file_is_a_fatal_error() {
            origin.on("/a", Behaviours.file(SMALL));
            assertFatal(bench.run(ranged(null, new ByteRange(1000, 1L))), BG_E_INVALID_RANGE);
            assertFatal(bench.run(ranged(null, new ByteRange(990, 11L))), BG_E_INVALID_RANGE);
            assertFatal(bench.run(ranged(null, new ByteRange(0, 5L), new ByteRange(2000, null))), BG_E_INVALID_RANGE);
        }

        @Test
        void that_are_cut_short_are_a_fatal_error() {
            origin.on("/a", Behaviours.shortRange(CONTENT, 5));
            assertFatal(bench.run(ranged(null, new ByteRange(0, 10L))), BG_E_INVALID_RANGE);
        }

        @Test
        void answered_in_parts_is_a_fatal_error() {
            origin.on("/a", Behaviours.multipart(CONTENT));
            assertFatal(bench.run(ranged(null, new ByteRange(0, 10L))), BG_E_INVALID_SERVER_RESPONSE);
        }

        @Test
        void count_for_the_size_limit_as_they_are_long() {
            origin.on("/a", Behaviours.file(CONTENT));
            assertTrue(bench.run(ranged(20L, new ByteRange(0, 10L), new ByteRange(50, 10L)))
                    .isDone());
            assertFatal(
                    bench.run(ranged(19L, new ByteRange(0, 10L), new ByteRange(50, 10L))),
                    BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED);
        }
    }

    @Nested
    @DisplayName("from a server without a length")
    class WithoutALength {
        @Test
        void works_all_the_same() {
            origin.on("/a", Behaviours.withoutLength(CONTENT));
            origin.on("/b", Behaviours.chunked(CONTENT, 7000));
            Ran ran = bench.run(Bench.draft()
                    .file(origin.url("/a"), "a")
                    .file(origin.url("/b"), "b")
                    .job());
            assertTrue(ran.isDone(), ran.reports()::toString);
            for (FileOpened opened : ran.all(FileOpened.class)) {
                assertNull(opened.bytesTotal());
                assertEquals(false, opened.resumable());
            }
            for (FileFinished finished : ran.all(FileFinished.class)) {
                assertEquals(300_000, finished.bytes());
                assertEquals(false, finished.resumable());
                assertEquals(300_000, finished.version().size());
            }
        }

        @Test
        void fails_where_the_job_requires_ranges() {
            origin.on("/a", Behaviours.chunked(CONTENT, 7000));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.requireRanges = true;
            assertFatal(bench.run(draft.job()), BG_E_MISSING_FILE_SIZE);
        }

        @Test
        void knows_that_chunks_without_an_end_are_not_the_file() {
            origin.on("/a", Behaviours.chunkedWithoutEnd(SMALL));
            assertTransient(bench.run(Bench.job(origin.url("/a"), "a")), ERROR_WINHTTP_CONNECTION_ERROR);
        }

        @Test
        void ends_where_it_grows_too_large() {
            Script script = origin.on("/a", Behaviours.endless());
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.maxDownloadBytes = 1_000_000L;
            Ran ran = bench.run(draft.job());
            assertFatal(ran, BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED);
            assertEquals(1_000_000, temporary().toFile().length());
            assertEquals(1, script.requests().size());
        }
    }

    @Nested
    @DisplayName("from a server that does not do what it says")
    class Lies {
        @Test
        void keeps_what_came_before_an_early_close() {
            origin.on("/a", Behaviours.closesEarly(CONTENT, 123_456));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertTransient(ran, ERROR_WINHTTP_CONNECTION_ERROR);
            assertEquals(
                    new Checkpointed(1, 0, 123_456), ran.all(Checkpointed.class).getLast());
        }

        @Test
        void keeps_what_came_before_a_reset() {
            origin.on("/a", Behaviours.resetsAfter(CONTENT, 100_000));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertTransient(ran, ERROR_WINHTTP_CONNECTION_ERROR);
            assertEquals(100_000, ran.fileNow().bytesHeld());
        }

        @Test
        void does_not_believe_a_length_that_is_too_small() {
            origin.on("/a", Behaviours.promises(SMALL, 900));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertTransient(ran, ERROR_WINHTTP_INVALID_SERVER_RESPONSE);
            assertEquals(0, ran.fileNow().bytesHeld());
            assertEquals(900, ran.all(FileRestarted.class).getFirst().reached());
            assertEquals(List.of(), bench.names());
        }

        @Test
        void does_not_believe_a_length_that_is_too_small_for_a_large_file_either() {
            origin.on("/a", Behaviours.promises(CONTENT, 200_000));
            assertTransient(bench.run(Bench.job(origin.url("/a"), "a")), ERROR_WINHTTP_INVALID_SERVER_RESPONSE);
            assertEquals(List.of(), bench.names());
        }

        @Test
        void notices_what_is_not_http() {
            origin.on("/a", Behaviours.garbage());
            assertTransient(bench.run(Bench.job(origin.url("/a"), "a")), ERROR_WINHTTP_INVALID_SERVER_RESPONSE);
        }

        @Test
        void says_what_has_broken_it_off_in_the_program() throws IOException {
            assertBrokenOff("IllegalStateException", () -> {
                throw new IllegalStateException("a bug");
            });
            assertBrokenOff("StackOverflowError", () -> {
                throw new StackOverflowError();
            });
        }

        private void assertBrokenOff(String by, Runnable flaw) throws IOException {
            OpenFolder.Disk flawed = new OpenFolder.Disk() {
                @Override
                public void force(List<String> path, FileChannel names) {}

                @Override
                public FileChannel file(FileChannel opened) {
                    flaw.run();
                    return opened;
                }
            };
            bench.close();
            bench = new Bench(root, settings -> settings, flawed);
            origin.on("/a", Behaviours.file(SMALL));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertFailed(ran, false, ErrorContext.UNKNOWN, E_FAIL);
            assertEquals("The transfer broke off: " + by, ran.failure().error().description());
        }

        @ParameterizedTest
        @ValueSource(strings = {"000", "0", "099", "1000"})
        void takes_a_number_that_is_no_status_for_no_http(String status) {
            origin.on(
                    "/a",
                    (request, reply) -> reply.raw("HTTP/1.1 " + status + " Zero\r\nContent-Length: 5\r\n\r\nhello")
                            .close());
            assertTransient(bench.run(Bench.job(origin.url("/a"), "a")), ERROR_WINHTTP_INVALID_SERVER_RESPONSE);
        }

        @Test
        void notices_a_connection_that_is_closed_without_an_answer() {
            Script script = origin.on("/a", Behaviours.closesWithoutAnswer());
            assertTransient(bench.run(Bench.job(origin.url("/a"), "a")), ERROR_WINHTTP_CONNECTION_ERROR);
            assertEquals(1, script.requests().size());
        }

        @Test
        void asks_again_where_a_kept_connection_was_closed_meanwhile() {
            origin.on("/a", (request, reply) -> {
                Behaviours.file(SMALL).answer(request, reply);
                reply.close(); // as if it were kept
            });
            origin.on("/b", Behaviours.file(SMALL));
            Ran ran = bench.run(Bench.draft()
                    .file(origin.url("/a"), "a")
                    .file(origin.url("/b"), "b")
                    .job());
            assertTrue(ran.isDone(), ran.reports()::toString);
        }

        @Test
        void refuses_a_range_that_nobody_asked_for() {
            Job job = interrupted("/a", CONTENT, 100_000);
            origin.on("/a", Behaviours.wrongRange(CONTENT, 99_999));
            assertFatal(bench.run(job, 2), BG_E_INVALID_SERVER_RESPONSE);
            origin.on("/b", Behaviours.wrongRange(CONTENT, 0));
            assertFatal(bench.run(Bench.job(origin.url("/b"), "b")), BG_E_INVALID_SERVER_RESPONSE);
        }

        @Test
        void refuses_a_file_that_is_announced_as_too_large_before_it_is_here() throws IOException {
            Script script = origin.on("/a", Behaviours.hangsAfter(CONTENT, 1));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.maxDownloadBytes = 299_999L;
            assertFatal(bench.run(draft.job()), BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED);
            assertEquals(List.of(), bench.names());
            bench(settings -> settings.maxFileSize = 299_999L);
            assertFatal(bench.run(Bench.job(origin.url("/a"), "a")), BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED);
            assertEquals(2, script.requests().size());
        }

        @Test
        void counts_all_files_of_the_job_for_the_size_limit() {
            origin.on("/a", Behaviours.file(SMALL));
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a").file(origin.url("/a"), "b");
            draft.maxDownloadBytes = 1999L;
            Ran ran = bench.run(draft.job());
            assertFatal(ran, BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED);
            assertEquals(1, ran.failure().error().fileIndex());
            assertEquals(1, ran.all(FileFinished.class).size());
        }

        @Test
        void with_a_wrong_checksum_is_never_there() {
            origin.on("/a", Behaviours.file(CONTENT));
            Ran ran = bench.run(
                    Bench.draft().file(origin.url("/a"), "a", OTHER.sha256()).job());
            assertFatal(ran, BG_E_VALIDATION_FAILED);
            assertEquals(
                    BG_E_VALIDATION_FAILED,
                    ran.all(FileRestarted.class).getFirst().reason());
            assertEquals(List.of(), bench.names());
        }
    }

    @Nested
    @DisplayName("from a server that takes its time")
    class TakesItsTime {
        @BeforeEach
        void shortLimits() throws IOException {
            bench(settings -> {
                settings.connect = Duration.ofMillis(300);
                settings.response = Duration.ofMillis(300);
                settings.stall = Duration.ofMillis(300);
            });
        }

        private void assertTimeout(Ran ran, BitsError kind, String what) {
            assertTransient(ran, ERROR_WINHTTP_TIMEOUT);
            assertEquals(kind, requireNonNull(ran.failure().error().cause()).code());
            assertTrue(
                    ran.failure().error().description().contains(what),
                    ran.failure().error().description());
            assertEquals(0, bench.engine.running());
        }

        @Test
        void waits_only_so_long_for_the_answer() {
            origin.on("/a", Behaviours.hangsBeforeAnswer());
            assertTimeout(bench.run(Bench.job(origin.url("/a"), "a")), ERROR_TIMEOUT, "No answer");
        }

        @Test
        void waits_only_so_long_for_the_end_of_the_head() {
            origin.on("/a", Behaviours.tricklesHead(50));
            assertTimeout(bench.run(Bench.job(origin.url("/a"), "a")), ERROR_TIMEOUT, "No answer");
        }

        @Test
        void waits_only_so_long_in_mid_body() {
            origin.on("/a", Behaviours.hangsAfter(CONTENT, 100_000));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertTimeout(ran, DO_E_DOWNLOAD_NO_PROGRESS, "Fewer than");
            assertEquals(100_000, ran.fileNow().bytesHeld());
        }

        @Test
        void is_not_kept_by_a_byte_now_and_then() {
            origin.on("/a", Behaviours.trickles(CONTENT, 1, 50));
            assertTimeout(bench.run(Bench.job(origin.url("/a"), "a")), DO_E_DOWNLOAD_NO_PROGRESS, "Fewer than");
        }

        @Test
        @Tag("slow")
        void goes_on_where_it_is_slow_but_flows() {
            origin.on("/a", Behaviours.trickles(new Content(5, 40_000), 2000, 60));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertTrue(ran.isDone(), ran.reports()::toString);
        }

        @Test
        void waits_only_so_long_for_a_connection() {
            try (FullBacklog full = new FullBacklog()) {
                assertTimeout(bench.run(Bench.job(full.url("/a"), "a")), WSAETIMEDOUT, "No connection");
            }
        }

        @Test
        void waits_only_so_long_for_tls() throws IOException {
            try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
                String url = "https://127.0.0.1:" + silent.getLocalPort() + "/a";
                assertTimeout(bench.run(Bench.job(url, "a")), WSAETIMEDOUT, "No connection");
            }
        }

        @Test
        void waits_only_so_long_for_tls_that_comes_byte_by_byte() throws Exception {
            CountDownLatch over = new CountDownLatch(1);
            try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
                Thread.ofVirtual().start(() -> {
                    try (Socket socket = server.accept()) {
                        socket.getOutputStream().write(new byte[] {22, 3, 3, 64, 0, 2, 0, 63, (byte) 252});
                        while (!over.await(50, TimeUnit.MILLISECONDS))
                            socket.getOutputStream().write(3);
                    } catch (IOException | InterruptedException clientIsGone) {
                        over.countDown();
                    }
                });
                String url = "https://127.0.0.1:" + server.getLocalPort() + "/a";
                assertTimeout(bench.run(Bench.job(url, "a")), WSAETIMEDOUT, "No connection came about within 900 ms.");
            } finally {
                over.countDown();
            }
        }
    }

    @Nested
    @DisplayName("by a proxy")
    class ByProxy {
        private void assertProxyFailed(Ran ran, ErrorCode code, boolean fatal, String proxy) {
            assertFailed(ran, fatal, ErrorContext.GENERAL_TRANSPORT, code);
            String description = ran.failure().error().description();
            assertTrue(description.contains("proxy " + proxy), description);
            assertEquals(HostPlaces.Answers.NONE, bench.engine.answersOfAll());
        }

        @Test
        void that_wants_a_login_hears_it_from_the_proxy() {
            try (TestProxy proxy = TestProxy.byBasic("maps", "open sesame")) {
                for (String scheme : List.of("http://", "https://")) {
                    Bench.Draft draft = Bench.draft().file(scheme + origin.host() + "/a", "a");
                    Ran ran = bench.run(draft.by(proxy.address()).job());
                    assertProxyFailed(ran, new HttpError(407), true, proxy.address());
                }
            }
        }

        @Test
        void that_breaks_off_while_it_makes_a_tunnel_blames_the_proxy() {
            try (MisbehavingOrigin proxy = new MisbehavingOrigin()) {
                Bench.Draft draft = Bench.draft()
                        .file("https://" + origin.host() + "/a", "a")
                        .by(proxy.host());
                proxy.on(origin.host(), Behaviours.closesWithoutAnswer());
                assertProxyFailed(bench.run(draft.job()), ERROR_WINHTTP_CONNECTION_ERROR, false, proxy.host());
                proxy.on(origin.host(), (request, reply) -> reply.reset());
                assertProxyFailed(bench.run(draft.job()), ERROR_WINHTTP_CONNECTION_ERROR, false, proxy.host());
                proxy.on(origin.host(), Behaviours.garbage());
                assertProxyFailed(bench.run(draft.job()), ERROR_WINHTTP_INVALID_SERVER_RESPONSE, false, proxy.host());
            }
        }
    }

    @Nested
    @DisplayName("from a server that cannot be reached")
    class NotReached {
        @Test
        void is_refused_a_connection() throws IOException {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            assertTransient(bench.run(Bench.job("http://127.0.0.1:" + port + "/a", "a")), ERROR_WINHTTP_CANNOT_CONNECT);
        }

        @Test
        void is_reset_in_the_middle_of_tls() throws Exception {
            try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
                Thread resets = Thread.ofVirtual().unstarted(() -> {
                    try (Socket socket = server.accept()) {
                        int first = socket.getInputStream().read();
                        socket.setSoLinger(first >= 0, 0);
                    } catch (IOException problem) {
                        throw new UncheckedIOException(problem);
                    }
                });
                resets.start();
                String url = "https://127.0.0.1:" + server.getLocalPort() + "/a";
                assertTransient(bench.run(Bench.job(url, "a")), ERROR_WINHTTP_CONNECTION_ERROR);
                resets.join();
            }
        }

        @Test
        void finds_no_address() {
            assertTransient(
                    bench.run(Bench.job("http://no-such-host.invalid/a", "a")), ERROR_WINHTTP_NAME_NOT_RESOLVED);
        }

        @Test
        void may_not_go_to_the_address() throws IOException {
            bench(settings -> settings.allowed = List.of());
            Script script = origin.on("/a", Behaviours.file(SMALL));
            Job job = Bench.job(origin.url("/a"), "a");
            assertFatal(bench.run(job), E_ACCESSDENIED);
            assertEquals(
                    List.of("alice ADDRESS_REFUSED " + origin.host() + " (127.0.0.1): job " + job.id()),
                    bench.audited());
            assertFatal(bench.run(Bench.job("http://localhost:" + origin.port() + "/a", "a")), E_ACCESSDENIED);
            assertEquals(List.of(), script.requests());
            assertEquals(2, bench.audited().size());
            bench(settings -> settings.allowed = List.of("127.0.0.0/8"));
            assertTrue(bench.run(Bench.job(origin.url("/a"), "a")).isDone());
            assertEquals(List.of(), bench.audited());
        }

        @Test
        void may_not_go_to_the_proxy() throws IOException {
            bench(settings -> settings.allowed = List.of("127.0.0.1"));
            Job job = Bench.draft()
                    .file(origin.url("/a"), "a")
                    .by("127.0.0.2:1 127.0.0.3:1")
                    .job();
            assertEquals(E_ACCESSDENIED, bench.run(job).failure().error().code());
            assertEquals(
                    List.of(
                            "alice ADDRESS_REFUSED 127.0.0.2:1 (127.0.0.2): proxy of job " + job.id(),
                            "alice ADDRESS_REFUSED 127.0.0.3:1 (127.0.0.3): proxy of job " + job.id()),
                    bench.audited());
        }

        @Test
        void finds_plain_text_where_tls_should_be() {
            origin.on("/a", Behaviours.file(SMALL));
            Ran ran = bench.run(Bench.job("https://" + origin.host() + "/a", "a"));
            assertFalse(ran.isDone());
            assertEquals(ErrorContext.GENERAL_TRANSPORT, ran.failure().error().context());
        }
    }

    @Nested
    @DisplayName("answered with a status")
    class Statuses {
        @ParameterizedTest
        @ValueSource(ints = {400, 401, 403, 404, 407, 410, 416, 501, 505, 300, 304, 305})
        void that_is_fatal(int status) {
            origin.on("/a", Behaviours.status(status));
            assertFatal(bench.run(Bench.job(origin.url("/a"), "a")), new HttpError(status));
            assertEquals(List.of(), bench.names());
        }

        @ParameterizedTest
        @ValueSource(ints = {408, 409, 429, 500, 502, 503, 504, 306, 399, 202, 204})
        void that_is_transient(int status) {
            origin.on("/a", Behaviours.status(status));
            assertFailed(
                    bench.run(Bench.job(origin.url("/a"), "a")),
                    false,
                    ErrorContext.REMOTE_FILE,
                    new HttpError(status));
        }

        @ParameterizedTest
        @CsvSource({
            "429, 120, 120",
            "503, '  7 ', 7",
            "503, 'Fri, 20 Nov 2026 10:01:00 GMT', 60",
            "503, 'Fri, 20 Nov 2026 09:00:00 GMT', 0",
            "503, 99999999999, 86400",
            "503, soon, ",
            "404, 120, "
        })
        void and_a_time_to_wait(int status, String retryAfter, Long seconds) {
            origin.on("/a", Behaviours.status(status, "Retry-After: " + retryAfter));
            Duration asked =
                    bench.run(Bench.job(origin.url("/a"), "a")).failure().retryAfter();
            assertEquals(seconds == null ? null : Duration.ofSeconds(seconds), asked);
        }

        @Test
        void keeps_the_connection_for_the_next_request() {
            origin.on("/a", Behaviours.status(404));
            bench.run(Bench.job(origin.url("/a"), "a"));
            bench.run(Bench.job(origin.url("/a"), "a"));
            assertEquals(1, origin.connectionsMade());
        }
    }

    /** An owner may name a proxy of his own, which says what it likes for any server. */
    @Nested
    @DisplayName("through a proxy")
    class Proxied {
        private final MisbehavingOrigin proxy = new MisbehavingOrigin();

        @AfterEach
        void close() {
            proxy.close();
        }

        private void assertUntouched(String host) {
            assertEquals(HostPlaces.Answers.NONE, bench.engine.answers(host));
            assertEquals(0, bench.engine.closedHosts());
        }

        @Test
        void that_asks_to_wait_waits_alone() {
            origin.on("/a", Behaviours.file(SMALL));
            proxy.on(origin.url("/a"), Behaviours.status(503, "Retry-After: 3600"));
            Job job = Bench.draft().file(origin.url("/a"), "a").by(proxy.host()).job();
            assertEquals(
                    Duration.ofHours(1), bench.run(job).failure().retryAfter(), "which is the job's time to come back");
            assertUntouched(origin.host());
            assertTrue(bench.run(Bench.job(origin.url("/a"), "a")).isDone());
        }

        @Test
        void that_breaks_off_is_no_error_of_the_host() {
            proxy.on(origin.url("/none"), Behaviours.closesWithoutAnswer());
            proxy.on(origin.url("/half"), Behaviours.closesEarly(CONTENT, 1000));
            for (String path : List.of("/none", "/half"))
                assertTransient(
                        bench.run(Bench.draft()
                                .file(origin.url(path), "a")
                                .by(proxy.host())
                                .job()),
                        ERROR_WINHTTP_CONNECTION_ERROR);
            assertUntouched(origin.host());
        }

        @Test
        void that_makes_a_tunnel_to_nowhere_is_no_error_of_the_host() {
            String host = "127.0.0.1:" + origin.port();
            proxy.on(host, Behaviours.status(200));
            Ran ran = bench.run(Bench.draft()
                    .file("https://" + host + "/a", "a")
                    .by(proxy.host())
                    .job());
            assertEquals(ErrorContext.GENERAL_TRANSPORT, ran.failure().error().context());
            assertUntouched(host);
        }

        @Test
        void by_a_tunnel_is_answered_by_the_host_itself() throws IOException {
            TestAuthority authority = new TestAuthority();
            Path pem = authority.writePem(outside.resolve("trusted.pem"));
            bench(settings -> settings.trusted = pem);
            try (MisbehavingOrigin secure = new MisbehavingOrigin(authority);
                    TestProxy tunnel = TestProxy.open()) {
                secure.on("/a", Behaviours.status(503, "Retry-After: 3600"));
                bench.run(Bench.draft()
                        .file(secure.url("/a"), "a")
                        .by(tunnel.address())
                        .job());
                assertEquals(new HostPlaces.Answers(1, 1, 1), bench.engine.answers(secure.host()));
                assertEquals(1, bench.engine.closedHosts());
            }
        }

        @ParameterizedTest
        @EnumSource(
                value = SecurityFlag.class,
                names = {"IGNORE_UNKNOWN_CA", "IGNORE_CERT_CN_INVALID"})
        void by_a_tunnel_is_answered_by_nobody_knows_whom_where_the_job_takes_any_certificate(SecurityFlag flag)
                throws IOException {
            TestAuthority authority = new TestAuthority();
            if (flag == SecurityFlag.IGNORE_CERT_CN_INVALID) {
                Path pem = authority.writePem(outside.resolve("trusted.pem"));
                bench(settings -> settings.trusted = pem);
            }
            try (MisbehavingOrigin other = new MisbehavingOrigin(authority);
                    TestProxy tunnel = TestProxy.open()) {
                other.on("/a", Behaviours.status(503, "Retry-After: 3600"));
                Ran ran = bench.run(Bench.draft()
                        .file(other.url("/a"), "a")
                        .by(tunnel.address())
                        .with(flag)
                        .job());
                assertEquals(new HttpError(503), ran.failure().error().code());
                assertUntouched(other.host());
            }
        }
    }

    @Nested
    @DisplayName("that is redirected")
    class Redirected {
        /** As a name with a dot may have another address than without. */
        @Test
        void takes_no_secrets_to_a_host_that_is_spelled_with_a_dot() {
            URI named = URI.create("https://a.example/a");
            assertTrue(Redirects.sameOrigin(named, URI.create("https://A.example:443/b")));
            assertFalse(Redirects.sameOrigin(named, URI.create("https://a.example./a")));
            assertFalse(Redirects.sameOrigin(named, URI.create("http://a.example:443/a")));
        }

        @ParameterizedTest
        @ValueSource(ints = {301, 302, 303, 307, 308})
        void follows(int status) {
            origin.on("/a", Behaviours.redirect(status, "b/../c?x"));
            Script script = origin.on("/c", Behaviours.file(SMALL));
            Ran ran = bench.run(Bench.job(origin.url("/a"), "a"));
            assertTrue(ran.isDone(), ran.reports()::toString);
            assertEquals("/c?x", script.requests().getFirst().target());
            assertEquals(1, origin.connectionsMade());
        }

        @Test
        void takes_no_secrets_to_another_host() {
            try (MisbehavingOrigin other = new MisbehavingOrigin()) {
                origin.on("/a", Behaviours.redirect(302, other.url("/b")));
                Script script = other.on("/b", Behaviours.file(SMALL));
                Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
                draft.headers = Map.of("Authorization", "Bearer t", "Cookie", "a=b", "X-Api-Key", "k", "X-Site", "7");
                assertTrue(bench.run(draft.job()).isDone());
                Seen seen = script.requests().getFirst();
                assertEquals("", seen.header("authorization"));
                assertEquals("", seen.header("cookie"));
                assertEquals("", seen.header("x-api-key"));
                assertEquals("7", seen.header("x-site"));
            }
        }

        @ParameterizedTest
        @EnumSource(
                value = RedirectPolicy.class,
                names = {"ALLOW_REPORT", "DISALLOW"})
        void takes_no_secrets_there_in_the_next_run_either(RedirectPolicy policy) {
            try (MisbehavingOrigin other = new MisbehavingOrigin()) {
                origin.on("/a", Behaviours.redirect(302, other.url("/b")));
                Script script = other.on("/b", Behaviours.status(503), Behaviours.file(SMALL));
                Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
                draft.headers = Map.of("X-Api-Key", "k", "X-Site", "7");
                draft.redirects = policy;
                Job moved = bench.run(draft.job()).jobNow();
                assertEquals(other.url("/b"), moved.files().getFirst().remoteName());
                bench.run(bench.run(moved, 2).jobNow(), 3);
                for (Seen seen : script.requests()) {
                    assertEquals("", seen.header("x-api-key"));
                    assertEquals("7", seen.header("x-site"));
                }
                assertEquals(2, script.requests().size());
            }
        }

        @Test
        void goes_on_where_the_redirect_leads() {
            origin.on("/b", Behaviours.closesEarly(CONTENT, 100_000), Behaviours.file(CONTENT));
            Script script = origin.on("/a", Behaviours.redirect(302, "/b"));
            Job job = bench.run(Bench.job(origin.url("/a"), "a")).jobNow();
            assertTrue(bench.run(job, 2).isDone());
            assertEquals(List.of("", "bytes=100000-"), script.ranges());
        }

        @Test
        void fails_in_a_circle_after_too_many_hops_or_to_what_is_forbidden() throws IOException {
            origin.on("/circle", Behaviours.redirect(302, "/circle2"));
            origin.on("/circle2", Behaviours.redirect(302, "/circle"));
            assertFatal(bench.run(Bench.job(origin.url("/circle"), "a")), ERROR_WINHTTP_REDIRECT_FAILED);
            for (int i = 0; i < 20; i++) origin.on("/" + i, Behaviours.redirect(302, "/" + (i + 1)));
            origin.on("/20", Behaviours.file(SMALL));
            assertFatal(bench.run(Bench.job(origin.url("/0"), "a")), ERROR_WINHTTP_REDIRECT_FAILED);
            assertTrue(bench.run(Bench.job(origin.url("/10"), "a")).isDone());
            for (String target : List.of(
                    "ftp://127.0.0.1/a",
                    "file:///etc/passwd",
                    "http://u:p@127.0.0.1/",
                    "",
                    "http://[",
                    "javascript:1")) {
                origin.on("/x", Behaviours.redirect(302, target));
                assertFatal(bench.run(Bench.job(origin.url("/x"), "a")), ERROR_WINHTTP_REDIRECT_FAILED);
            }
            origin.on("/none", Behaviours.status(302));
            assertFatal(bench.run(Bench.job(origin.url("/none"), "a")), ERROR_WINHTTP_REDIRECT_FAILED);
        }

        @Test
        void never_goes_from_https_to_http() throws IOException {
            TestAuthority authority = new TestAuthority();
            Path pem = authority.writePem(outside.resolve("trusted.pem"));
            bench(settings -> settings.trusted = pem);
            origin.on("/plain", Behaviours.file(SMALL));
            try (MisbehavingOrigin secure = new MisbehavingOrigin(authority)) {
                secure.on("/a", Behaviours.redirect(302, origin.url("/plain")));
                assertFatal(bench.run(Bench.job(secure.url("/a"), "a")), ERROR_WINHTTP_REDIRECT_FAILED);
                origin.on("/up", Behaviours.redirect(302, secure.url("/b")));
                secure.on("/b", Behaviours.file(SMALL));
                assertTrue(bench.run(Bench.job(origin.url("/up"), "a")).isDone());
            }
        }

        @Test
        void to_an_address_that_is_forbidden_fails() throws IOException {
            bench(settings -> settings.allowed = List.of("127.0.0.1"));
            String forbidden = "127.0.0.2:" + origin.port();
            origin.on("/a", Behaviours.redirect(302, "http://" + forbidden + "/b"));
            Job job = Bench.job(origin.url("/a"), "a");
            assertFatal(bench.run(job), ERROR_WINHTTP_REDIRECT_FAILED);
            assertEquals(
                    List.of("alice ADDRESS_REFUSED " + forbidden + " (127.0.0.2): redirect of job " + job.id()),
                    bench.audited());
        }
    }

    @Nested
    @DisplayName("from more than one host")
    class MoreThanOneHost {
        @Test
        void moves_its_place_along() {
            try (MisbehavingOrigin other = new MisbehavingOrigin()) {
                origin.on("/a", Behaviours.file(SMALL));
                Script script = other.on("/b", Behaviours.hangsAfter(CONTENT, 100_000));
                Ran ran = bench.start(Bench.draft()
                        .file(origin.url("/a"), "a")
                        .file(other.url("/b"), "b")
                        .job());
                script.awaitRequests(1);
                assertEquals(Map.of(other.host(), 1), bench.engine.connections());
                assertEquals(1, bench.engine.running());
                script.release();
                assertTrue(ran.awaitEnd().isDone());
                assertEquals(Map.of(), bench.engine.connections());
            }
        }

        @Test
        void ends_where_the_next_one_is_full() throws IOException {
            bench(settings -> settings.perHost = 1);
            try (MisbehavingOrigin other = new MisbehavingOrigin()) {
                Script busy = other.on("/b", Behaviours.hangsBeforeAnswer());
                Ran holder = bench.start(Bench.job(other.url("/b"), "x"));
                busy.awaitRequests(1);
                origin.on("/a", Behaviours.file(SMALL));
                Ran ran = bench.run(Bench.draft()
                        .file(origin.url("/a"), "a")
                        .file(other.url("/b"), "b")
                        .job());
                assertEquals(1, ran.all(FileFinished.class).size());
                assertEquals(new HostBusy(1, other.host()), ran.reports().getLast());
                origin.on("/r", Behaviours.redirect(302, other.url("/b")));
                assertEquals(
                        new HostBusy(1, other.host()),
                        bench.run(Bench.job(origin.url("/r"), "r")).reports().getLast());
                assertEquals(
                        new Admission.HostFull(other.host(), 1, 0),
                        bench.engine.admit("q", Priority.NORMAL, other.host(), false));
                assertEquals(1, bench.engine.running());
                holder.stop();
                assertEquals(0, bench.engine.running());
                assertTrue(bench.freed.contains("default@" + other.host()), bench.freed::toString);
            }
        }
    }

    @Nested
    @DisplayName("whose store says no")
    class StoreSaysNo {
        private void assertDenied(String localName) {
            Script script = origin.on("/a", Behaviours.file(SMALL));
            Ran ran = bench.run(Bench.job(origin.url("/a"), localName));
            assertFailed(ran, true, ErrorContext.LOCAL_FILE, E_ACCESSDENIED);
            assertEquals(List.of(), script.requests());
        }

        @Test
        void follows_no_link_to_a_folder() throws IOException {
            Files.createDirectories(root.resolve("alice"));
            Files.createSymbolicLink(root.resolve("alice/maps"), outside);
            assertDenied("maps/a");
            assertDenied("maps/b/a");
            try (var left = Files.list(outside)) {
                assertEquals(0, left.count());
            }
        }

        @Test
        void follows_no_link_to_a_file() throws IOException {
            Path target = Files.createFile(outside.resolve("target"));
            Files.createDirectories(root.resolve("alice"));
            Files.createSymbolicLink(root.resolve("alice/a"), target);
            assertDenied("a");
            Files.createSymbolicLink(root.resolve("alice/dangling"), outside.resolve("nothing-here"));
            assertDenied("dangling");
            assertEquals(0, Files.size(target));
        }

        @Test
        void goes_through_no_file() throws IOException {
            Files.createDirectories(root.resolve("alice"));
            Files.writeString(root.resolve("alice/maps"), "x");
            assertDenied("maps/a");
        }

        /** As a node does that makes the same folder at the same time. */
        @Test
        void but_not_where_another_folder_has_come_in_place_of_the_empty_one() throws IOException {
            Script script = origin.on("/a", (request, reply) -> {
                Files.move(Files.createDirectory(root.resolve("other")), root.resolve("alice/new"), REPLACE_EXISTING);
                Behaviours.file(CONTENT).answer(request, reply);
            });
            assertTrue(bench.run(Bench.job(origin.url("/a"), "new/a")).isDone());
            assertEquals(1, script.requests().size());
        }

        @Test
        void but_not_where_the_empty_folder_was_removed() throws IOException {
            origin.on("/a", (request, reply) -> {
                Files.delete(root.resolve("alice/new"));
                Behaviours.file(CONTENT).answer(request, reply);
            });
            assertTrue(bench.run(Bench.job(origin.url("/a"), "new/a")).isDone());
        }

        @Test
        void takes_over_no_link_that_was_planted_under_the_name_of_its_temporary_file() throws IOException {
            Job job = interrupted("/a", CONTENT, 100_000);
            Path target = Files.createFile(outside.resolve("target"));
            Files.write(target, new byte[200_000]);
            Path temporary = temporary();
            Files.delete(temporary);
            Files.createSymbolicLink(temporary, target);
            origin.on("/a", Behaviours.file(CONTENT));
            assertFailed(bench.run(job, 2), true, ErrorContext.LOCAL_FILE, E_ACCESSDENIED);
            assertEquals(200_000, Files.size(target));
        }
    }
}
