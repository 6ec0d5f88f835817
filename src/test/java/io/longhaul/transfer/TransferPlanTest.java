package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_INSUFFICIENT_RANGE_SUPPORT;
import static io.longhaul.job.BitsError.BG_E_INVALID_RANGE;
import static io.longhaul.job.BitsError.BG_E_INVALID_SERVER_RESPONSE;
import static io.longhaul.job.BitsError.BG_E_MISSING_FILE_SIZE;
import static io.longhaul.job.BitsError.BG_E_RANDOM_ACCESS_NOT_SUPPORTED;
import static io.longhaul.job.BitsError.BG_E_REMOTE_FILE_CHANGED;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longhaul.job.BitsError;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.RemoteVersion;
import io.longhaul.transfer.TransferPlan.Finish;
import io.longhaul.transfer.TransferPlan.Refuse;
import io.longhaul.transfer.TransferPlan.Request;
import io.longhaul.transfer.TransferPlan.StartAgain;
import io.longhaul.transfer.TransferPlan.Take;
import io.longhaul.transfer.TransferPlan.Verdict;
import io.longhaul.transfer.TransferPlan.Whole;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The plan of a transfer")
class TransferPlanTest {
    private static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final RemoteVersion V1 = new RemoteVersion("\"1\"", DATE, 1000L);

    private static JobFile file(ByteRange... ranges) {
        return JobFile.fresh(0, new FileSource("http://a/b", "b", List.of(ranges), null), Bench.ALICE);
    }

    private static JobFile held(RemoteVersion version, Long total, long held, ByteRange... ranges) {
        return file(ranges).opened(version, total, true).held(held, 1);
    }

    private static Answer answer(int status, Long length, String range, String ranges, String etag) {
        return new Answer(status, length, range, null, ranges, etag, null, null, null, null, null);
    }

    private static Verdict judge(JobFile file, Answer answer, boolean requireRanges) {
        return TransferPlan.judge(file, (Request) TransferPlan.next(file), answer, requireRanges, Bench.NOW);
    }

    private static Verdict judge(JobFile file, Answer answer) {
        return judge(file, answer, false);
    }

    private static void assertRefused(BitsError code, Verdict verdict) {
        Failure failure = assertInstanceOf(Refuse.class, verdict).failure();
        assertEquals(code, failure.code());
        assertEquals(true, failure.fatal());
    }

    @Test
    void asks_for_a_fresh_file_as_a_whole() {
        assertEquals(new Request(null, null, null), TransferPlan.next(file()));
        assertNull(((Request) TransferPlan.next(file())).range());
    }

    @Nested
    @DisplayName("of a job that requires ranges")
    class RequiringRanges {
        private final Request request = (Request) TransferPlan.next(file(), true);

        private Verdict judge(Answer answer) {
            return TransferPlan.judge(file(), request, answer, true, Bench.NOW);
        }

        @Test
        void asks_for_a_fresh_file_as_a_range_too() {
            assertEquals("bytes=0-", request.range());
            assertNull(request.ifRange());
            assertEquals(new Finish(), TransferPlan.next(held(V1, 1000L, 1000), true));
            assertEquals(TransferPlan.next(held(V1, 1000L, 400)), TransferPlan.next(held(V1, 1000L, 400), true));
        }

        @Test
        void takes_the_range_and_then_knows_that_there_are_ranges() {
            Take take = (Take) judge(answer(206, 1000L, "bytes 0-999/1000", null, "\"1\""));
            assertEquals(true, take.file().resumable());
            assertEquals(1000L, take.file().bytesTotal());
            assertNull(take.restart());
        }

        @Test
        void takes_the_whole_only_from_a_server_that_says_that_it_serves_ranges() {
            Take take = (Take) judge(answer(200, 1000L, null, "bytes", "\"1\""));
            assertEquals(true, take.file().resumable());
            assertRefused(BG_E_INSUFFICIENT_RANGE_SUPPORT, judge(answer(200, 1000L, null, null, "\"1\"")));
            assertRefused(BG_E_INSUFFICIENT_RANGE_SUPPORT, judge(answer(200, 1000L, null, "none", "\"1\"")));
            assertRefused(BG_E_MISSING_FILE_SIZE, judge(answer(200, null, null, null, "\"1\"")));
        }

        @Test
        void knows_an_empty_file_by_a_range_that_nobody_can_serve() {
            Whole whole = (Whole) judge(answer(416, 0L, "bytes */0", null, "\"1\""));
            assertEquals(new Finish(), TransferPlan.next(whole.file(), true));
            assertInstanceOf(Refuse.class, judge(answer(416, 0L, null, null, null)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'\"1\"',   '" + DATE + "', '\"1\"'",
        "'W/\"1\"', '" + DATE + "', '" + DATE + "'",
        ",          '" + DATE + "', '" + DATE + "'",
        "'\"1\"',   ,               '\"1\"'"
    })
    void goes_on_by_the_strongest_validator_there_is(String etag, String date, String ifRange) {
        JobFile file = held(new RemoteVersion(etag, date, 1000L), 1000L, 400);
        assertEquals(Optional.empty(), TransferPlan.cannotGoOn(file));
        Request request = (Request) TransferPlan.next(file);
        assertEquals("bytes=400-", request.range());
        assertEquals(ifRange, request.ifRange());
    }

    @Test
    void cannot_go_on_without_a_validator_or_where_the_server_cannot() {
        Optional<BitsError> no = Optional.of(BG_E_INSUFFICIENT_RANGE_SUPPORT);
        assertEquals(no, TransferPlan.cannotGoOn(held(new RemoteVersion(null, null, 1000L), 1000L, 400)));
        assertEquals(no, TransferPlan.cannotGoOn(held(new RemoteVersion("W/\"1\"", null, 1000L), 1000L, 400)));
        assertEquals(no, TransferPlan.cannotGoOn(file().opened(V1, 1000L, false).held(400, 1)));
        assertEquals(Optional.empty(), TransferPlan.cannotGoOn(file()));
        assertEquals(
                Optional.empty(), TransferPlan.cannotGoOn(held(new RemoteVersion(null, null, 1000L), 1000L, 1000)));
    }

    @Test
    void asks_for_nothing_where_everything_is_held() {
        assertEquals(new Finish(), TransferPlan.next(held(V1, 1000L, 1000)));
        assertEquals(new Finish(), TransferPlan.next(held(new RemoteVersion(null, null, 0L), 0L, 0)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 'bytes=100-109'",
        "9, 'bytes=109-109'",
        "10, 'bytes=900-'",
        "60, 'bytes=950-'",
        "110, 'bytes=0-4'",
        "112, 'bytes=2-4'"
    })
    void finds_its_place_among_the_ranges(long held, String range) {
        JobFile file = held(V1, 115L, held, new ByteRange(100, 10L), new ByteRange(900, null), new ByteRange(0, 5L));
        assertEquals(range, ((Request) TransferPlan.next(file)).range());
    }

    @Test
    void takes_a_whole_body_for_a_whole_file() {
        Take take = (Take) judge(file(), answer(200, 1000L, null, "bytes", "\"1\""));
        assertEquals(1000L, take.length());
        assertNull(take.restart());
        assertEquals(1000L, take.file().bytesTotal());
        assertEquals(true, take.file().resumable());
        assertEquals(new RemoteVersion("\"1\"", null, 1000L), take.file().version());
    }

    @ParameterizedTest
    @CsvSource({
        "1000, bytes, true",
        "1000, none, false",
        "1000, , ",
        ", bytes, true",
        ", none, false",
        ", , false",
        "1000, 'x, Bytes', true"
    })
    void learns_whether_the_server_can_go_on_in_the_middle(Long length, String acceptRanges, Boolean resumable) {
        Take take = (Take) judge(file(), answer(200, length, null, acceptRanges, "\"1\""));
        assertEquals(resumable, take.file().resumable());
        assertEquals(length, take.length());
    }

    @Test
    void refuses_a_server_without_length_or_ranges_where_the_job_requires_them() {
        assertRefused(BG_E_MISSING_FILE_SIZE, judge(file(), answer(200, null, null, "bytes", "\"1\""), true));
        assertRefused(BG_E_INSUFFICIENT_RANGE_SUPPORT, judge(file(), answer(200, 1000L, null, "none", "\"1\""), true));
        assertInstanceOf(Take.class, judge(file(), answer(200, 1000L, null, null, "\"1\""), true));
        assertRefused(
                BG_E_INSUFFICIENT_RANGE_SUPPORT,
                judge(held(V1, 1000L, 400), answer(200, 1000L, null, "bytes", "\"1\""), true));
    }

    @Test
    void never_appends_a_whole_body() {
        Take changed = (Take) judge(held(V1, 1000L, 400), answer(200, 1000L, null, null, "\"2\""));
        assertEquals(BG_E_REMOTE_FILE_CHANGED, changed.restart());
        assertEquals(0, changed.file().bytesHeld());
        assertNull(changed.file().resumable());
        Take ignored = (Take) judge(held(V1, 1000L, 400), answer(200, 1000L, null, null, "\"1\""));
        assertEquals(BG_E_INSUFFICIENT_RANGE_SUPPORT, ignored.restart());
        assertEquals(0, ignored.file().bytesHeld());
        assertEquals(false, ignored.file().resumable());
    }

    @Test
    void appends_the_rest_of_the_same_version() {
        Take take = (Take) judge(held(V1, 1000L, 400), answer(206, 600L, "bytes 400-999/1000", null, "\"1\""));
        assertNull(take.restart());
        assertEquals(600L, take.length());
        assertEquals(400, take.file().bytesHeld());
        assertEquals(true, take.file().resumable());
        assertEquals(V1, take.file().version());
    }

    @Test
    void learns_the_size_from_a_range() {
        RemoteVersion unsized = new RemoteVersion("\"1\"", null, null);
        Take take = (Take) judge(held(unsized, null, 400), answer(206, null, "bytes 400-999/1000", null, "\"1\""));
        assertEquals(1000L, take.file().bytesTotal());
        assertEquals(1000L, take.file().version().size());
        assertEquals(
                new StartAgain(BG_E_INSUFFICIENT_RANGE_SUPPORT),
                judge(held(unsized, null, 400), answer(206, null, "bytes 400-999/*", null, "\"1\"")));
    }

    @Test
    void starts_again_where_a_range_does_not_repeat_the_etag_that_was_asked_for() {
        Answer unnamed = answer(206, 600L, "bytes 400-999/1000", null, null);
        StartAgain again = new StartAgain(BG_E_INSUFFICIENT_RANGE_SUPPORT);
        assertEquals(again, judge(held(V1, 1000L, 400), unnamed));
        assertEquals(
                again, judge(held(V1, 1000L, 400), answer(206, 600L, "bytes 400-999/1000", null, "e".repeat(2000))));
        assertEquals(again, judge(held(V1, 20L, 10, new ByteRange(0, 10L), new ByteRange(50, 10L)), unnamed));
        RemoteVersion dated = new RemoteVersion("W/\"1\"", DATE, 1000L);
        assertInstanceOf(Take.class, judge(held(dated, 1000L, 400), unnamed), "a date need not be repeated");
    }

    @ParameterizedTest
    @CsvSource({"'bytes 400-999/1000', '\"2\"'", "'bytes 400-1999/2000', '\"1\"'", "'bytes 0-1999/2000', '\"1\"'"})
    void starts_again_where_a_range_is_one_of_another_version(String range, String etag) {
        assertEquals(
                new StartAgain(BG_E_REMOTE_FILE_CHANGED),
                judge(held(V1, 1000L, 400), answer(206, null, range, null, etag)));
    }

    @ParameterizedTest
    @CsvSource({
        "'bytes 0-999/1000'",
        "'bytes 399-999/1000'",
        "'bytes 401-999/1000'",
        "'bytes */1000'",
        "'bytes 999-400/1000'",
        "'bytes 400-1000/1000'",
        "'items 400-999/1000'",
        "''",
        "bytes"
    })
    void refuses_a_range_that_was_not_asked_for(String range) {
        assertRefused(
                BG_E_INVALID_SERVER_RESPONSE, judge(held(V1, 1000L, 400), answer(206, null, range, null, "\"1\"")));
        assertRefused(
                BG_E_INVALID_SERVER_RESPONSE, judge(held(V1, 1000L, 400), answer(206, null, null, null, "\"1\"")));
    }

    @Test
    void refuses_parts_that_nobody_asked_for() {
        assertRefused(
                BG_E_INVALID_SERVER_RESPONSE, judge(file(), answer(206, 1000L, "bytes 0-999/1000", null, "\"1\"")));
        Answer multipart = new Answer(
                206,
                9L,
                "bytes 400-408/1000",
                "Multipart/ByteRanges; boundary=x",
                null,
                null,
                null,
                null,
                null,
                null,
                null);
        assertRefused(BG_E_INVALID_SERVER_RESPONSE, judge(held(V1, 1000L, 400), multipart));
    }

    @Test
    void does_not_believe_a_length_that_contradicts_the_range() {
        Refuse refuse = (Refuse) judge(held(V1, 1000L, 400), answer(206, 599L, "bytes 400-999/1000", null, "\"1\""));
        assertEquals(
                BitsError.ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
                refuse.failure().code());
        assertEquals(false, refuse.failure().fatal());
    }

    @ParameterizedTest
    @CsvSource({
        "'bytes 100-109/1000', ",
        "'bytes 100-109/*', ",
        "'bytes 100-108/1000', BG_E_INVALID_RANGE",
        "'bytes 100-110/1000', BG_E_INVALID_SERVER_RESPONSE",
        "'bytes 100-109/110', ",
        "'bytes 100-104/105', BG_E_INVALID_RANGE"
    })
    void takes_a_range_as_it_was_asked_for_or_not_at_all(String range, BitsError code) {
        Verdict verdict = judge(file(new ByteRange(100, 10L)), answer(206, null, range, null, "\"1\""));
        if (code == null) assertEquals(10L, ((Take) verdict).length());
        else assertRefused(code, verdict);
    }

    @Test
    void knows_how_long_a_range_to_the_end_is_once_the_size_is_known() {
        JobFile file = file(new ByteRange(0, 10L), new ByteRange(900, null));
        assertNull(file.bytesTotal());
        Take take = (Take) judge(file, answer(206, 10L, "bytes 0-9/1000", null, "\"1\""));
        assertEquals(110L, take.file().bytesTotal());
        assertRefused(BG_E_MISSING_FILE_SIZE, judge(file, answer(206, 10L, "bytes 0-9/*", null, "\"1\"")));
        assertRefused(BG_E_INVALID_RANGE, judge(file, answer(206, 10L, "bytes 0-9/900", null, "\"1\"")));
    }

    @Test
    void needs_ranges_for_ranges() {
        ByteRange range = new ByteRange(0, 10L);
        assertRefused(BG_E_INSUFFICIENT_RANGE_SUPPORT, judge(file(range), answer(200, 1000L, null, null, "\"1\"")));
        assertEquals(
                new StartAgain(BG_E_REMOTE_FILE_CHANGED),
                judge(held(V1, 10L, 5, range), answer(200, 1000L, null, null, "\"2\"")));
        assertRefused(BG_E_INVALID_RANGE, judge(file(range), answer(416, 0L, "bytes */5", null, null)));
        assertEquals(
                new StartAgain(BG_E_REMOTE_FILE_CHANGED),
                judge(held(V1, 10L, 5, range), answer(416, 0L, "bytes */5", null, null)));
    }

    @Test
    void takes_416_at_the_end_for_the_end() {
        RemoteVersion unsized = new RemoteVersion("\"1\"", null, null);
        Whole whole = (Whole) judge(held(unsized, null, 400), answer(416, 0L, "bytes */400", null, "\"1\""));
        assertEquals(400L, whole.file().bytesTotal());
        assertEquals(new Finish(), TransferPlan.next(whole.file()));
        assertEquals(
                new StartAgain(BG_E_REMOTE_FILE_CHANGED),
                judge(held(unsized, null, 400), answer(416, 0L, "bytes */400", null, "\"2\"")));
        assertEquals(
                new StartAgain(BG_E_REMOTE_FILE_CHANGED),
                judge(held(unsized, null, 400), answer(416, 0L, "bytes */300", null, "\"1\"")));
        assertEquals(
                new StartAgain(BG_E_INSUFFICIENT_RANGE_SUPPORT),
                judge(held(unsized, null, 400), answer(416, 0L, null, null, null)));
    }

    @Test
    void starts_again_after_412() {
        assertEquals(
                new StartAgain(BG_E_REMOTE_FILE_CHANGED),
                judge(held(V1, 1000L, 400), answer(412, 0L, null, null, null)));
        assertInstanceOf(Refuse.class, judge(file(), answer(412, 0L, null, null, null)));
    }

    @Test
    void does_not_remember_a_validator_without_measure() {
        Take take = (Take) judge(file(), answer(200, 10L, null, null, "\"" + "x".repeat(5000) + "\""));
        assertNull(take.file().version().etag());
    }

    private static Answer dated(String etag, String date, Long size) {
        String range = "bytes 400-999/" + size;
        return new Answer(206, 600L, range, null, "bytes", etag, date, null, null, null, null);
    }

    @Test
    void goes_on_from_another_url_by_date_and_size_alone() {
        JobFile moved = held(V1, 1000L, 400).renamed(List.of("http://c/d"), List.of());
        assertEquals(Optional.empty(), TransferPlan.cannotGoOn(moved));
        assertEquals(DATE, ((Request) TransferPlan.next(moved)).ifRange(), "an ETag is one URL's own");
        assertInstanceOf(Take.class, judge(moved, dated("\"other\"", DATE, 1000L)));
        assertInstanceOf(StartAgain.class, judge(moved, dated("\"1\"", "Mon, 07 Nov 1994 08:49:37 GMT", 1000L)));
        assertInstanceOf(StartAgain.class, judge(moved, dated("\"1\"", DATE, 1001L)));
        assertInstanceOf(StartAgain.class, judge(moved, dated("\"1\"", null, 1000L)));
        JobFile undated =
                held(new RemoteVersion("\"1\"", null, 1000L), 1000L, 400).renamed(List.of("http://c/d"), List.of());
        assertEquals(Optional.of(BG_E_INSUFFICIENT_RANGE_SUPPORT), TransferPlan.cannotGoOn(undated));
    }

    @Test
    void asks_for_parts_in_their_order_and_rests() {
        JobFile file = file().asking(List.of(new ByteRange(500, 100L), new ByteRange(0, null)));
        assertEquals(new Request(500L, 599L, null), TransferPlan.next(file));
        Take take = assertInstanceOf(Take.class, judge(file, answer(206, 100L, "bytes 500-599/1000", null, "\"1\"")));
        assertEquals(1000L, take.file().bytesTotal());
        JobFile part = take.file().holding(new ByteRange(500, 100L), 1);
        assertEquals(new Request(0L, 499L, "\"1\""), TransferPlan.next(part));
        JobFile rest = part.asking(List.of(new ByteRange(500, 100L)));
        assertEquals(new TransferPlan.Rest(), TransferPlan.next(rest));
        JobFile all = part.holding(new ByteRange(0, 500L), 1).holding(new ByteRange(600, 400L), 1);
        assertEquals(new Finish(), TransferPlan.next(all));
    }

    /** The file as it is known after an answer that is refused. */
    private static JobFile known(Verdict verdict) {
        return requireNonNull(assertInstanceOf(Refuse.class, verdict).known());
    }

    @Test
    void knows_the_size_of_a_file_that_has_not_what_was_asked_for() {
        JobFile file = file().asking(List.of(new ByteRange(500, 100L)));
        for (Verdict refused : List.of(
                judge(file, answer(206, 50L, "bytes 500-549/550", null, "\"1\"")),
                judge(file, answer(416, 0L, "bytes */550", null, "\"1\"")),
                judge(file, answer(200, 550L, null, null, "\"1\"")))) {
            assertRefused(BG_E_INVALID_RANGE, refused);
            assertEquals(550L, known(refused).version().size());
            assertEquals(550L, known(refused).bytesTotal());
        }
        RemoteVersion sizeless = new RemoteVersion("\"1\"", DATE, null);
        JobFile held = file.opened(sizeless, null, true).holding(new ByteRange(0, 50L), 1);
        JobFile known = known(judge(held, answer(416, 0L, "bytes */550", null, null)));
        assertEquals(new RemoteVersion("\"1\"", DATE, 550L), known.version(), "it names what is held");
    }

    @Test
    void takes_the_whole_of_a_server_without_ranges_where_all_is_asked_for() {
        JobFile file = file().asking(List.of(new ByteRange(0, null)));
        Take take = assertInstanceOf(Take.class, judge(file, answer(200, 1000L, null, null, "\"1\"")));
        assertEquals(1000L, take.length());
        JobFile held = file.opened(V1, 1000L, true).holding(new ByteRange(500, 50L), 1);
        Take again = assertInstanceOf(Take.class, judge(held, answer(200, 1000L, null, "none", "\"1\"")));
        assertEquals(BG_E_INSUFFICIENT_RANGE_SUPPORT, again.restart());
        assertEquals(0, again.file().bytesHeld());
    }

    @Test
    void takes_an_empty_file_for_all_of_it() {
        JobFile file = file().asking(List.of(new ByteRange(0, null)));
        TransferPlan.Whole whole =
                assertInstanceOf(TransferPlan.Whole.class, judge(file, answer(416, 0L, "bytes */0", null, null)));
        assertEquals(new Finish(), TransferPlan.next(whole.file()));
        assertInstanceOf(Take.class, judge(file, answer(200, 0L, null, null, null)));
        JobFile more = file().asking(List.of(new ByteRange(0, null), new ByteRange(0, 1L)));
        assertRefused(BG_E_INVALID_RANGE, judge(more, answer(416, 0L, "bytes */0", null, null)));
    }

    @Test
    void asks_for_parts_of_servers_that_serve_them() {
        JobFile file = file().asking(List.of(new ByteRange(500, 100L)));
        assertRefused(BG_E_RANDOM_ACCESS_NOT_SUPPORTED, judge(file, answer(200, 1000L, null, "bytes", "\"1\"")));
        assertRefused(BG_E_RANDOM_ACCESS_NOT_SUPPORTED, judge(file, answer(206, 100L, "bytes 500-599/*", null, null)));
        assertRefused(BG_E_INVALID_RANGE, judge(file, answer(206, 50L, "bytes 500-549/550", null, null)));
        assertRefused(BG_E_INVALID_RANGE, judge(file, answer(416, 0L, "bytes */400", null, null)));
        assertRefused(BG_E_INVALID_SERVER_RESPONSE, judge(file, answer(206, 500L, "bytes 500-999/1000", null, null)));
        JobFile held = file.opened(V1, 1000L, true).holding(new ByteRange(500, 50L), 1);
        assertInstanceOf(StartAgain.class, judge(held, answer(200, 900L, null, "bytes", "\"2\"")));
    }
}
