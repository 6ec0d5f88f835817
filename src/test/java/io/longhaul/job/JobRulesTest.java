package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.LIMITS;
import static io.longhaul.testkit.JobFixtures.file;
import static io.longhaul.testkit.JobFixtures.files;
import static io.longhaul.testkit.JobFixtures.limitedTo;
import static io.longhaul.testkit.JobFixtures.noProgressTimeout;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.spec;
import static io.longhaul.testkit.JobFixtures.timed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.FileSource;
import io.longhaul.testkit.JobFixtures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The rules for properties and files")
class JobRulesTest {
    private static final long MOST_SECONDS = 0xFFFF_FFFFL;

    private static ErrorCode problem(JobSpec spec) {
        return JobRules.problem(spec).map(Decision.Refused::code).orElse(BitsError.S_OK);
    }

    private static ErrorCode problem(JobChange change) {
        return problem(change.applyTo(spec()));
    }

    private static ErrorCode problem(FileSource... sources) {
        return JobRules.problem(List.of(sources), 0, LIMITS)
                .map(Decision.Refused::code)
                .orElse(BitsError.S_OK);
    }

    private static JobChange headers(Map<String, String> headers) {
        return maps(Map.of(), headers);
    }

    private static JobChange maps(Map<String, String> labels, Map<String, String> headers) {
        return new JobChange(
                null,
                null,
                null,
                null,
                new JobChange.MapChange(true, new TreeMap<>(labels)),
                null,
                null,
                null,
                null,
                null,
                null,
                new JobChange.MapChange(true, new TreeMap<>(headers)),
                null,
                null,
                null);
    }

    private static JobChange described(String description) {
        return new JobChange(
                null, description, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }

    private static FileSource ranged(ByteRange... ranges) {
        return new FileSource("http://files.example/a", "a", List.of(ranges), null);
    }

    @Test
    void allow_what_bits_allows() {
        assertEquals(BitsError.S_OK, problem(spec()));
        assertEquals(BitsError.S_OK, problem(file(1), file(2)));
    }

    @ParameterizedTest
    @CsvSource({"0, E_INVALIDARG", "1, S_OK", "256, S_OK", "257, BG_E_STRING_TOO_LONG"})
    void hold_for_a_display_name_of_that_length(int length, BitsError code) {
        assertEquals(code, problem(renamed("x".repeat(length), null)));
    }

    @ParameterizedTest
    @CsvSource({"0, S_OK", "1024, S_OK", "1025, BG_E_STRING_TOO_LONG"})
    void hold_for_a_description_of_that_length(int length, BitsError code) {
        assertEquals(code, problem(described("x".repeat(length))));
    }

    /** Java writes each of these in two units, and OpenAPI counts it once. */
    @Test
    void count_characters_and_not_how_java_writes_them() {
        String smile = "\uD83D\uDE00";
        assertEquals(BitsError.S_OK, problem(renamed(smile.repeat(256), null)));
        assertEquals(BitsError.BG_E_STRING_TOO_LONG, problem(renamed(smile.repeat(257), null)));
        assertEquals(BitsError.S_OK, problem(described(smile.repeat(1024))));
        assertEquals(BitsError.BG_E_STRING_TOO_LONG, problem(described(smile.repeat(1025))));
        assertEquals(BitsError.S_OK, problem(maps(Map.of("a", smile.repeat(256)), Map.of())));
        assertEquals(BitsError.BG_E_STRING_TOO_LONG, problem(maps(Map.of("a", smile.repeat(257)), Map.of())));
    }

    @Test
    void allow_no_text_that_the_database_cannot_hold() {
        assertEquals(BitsError.E_INVALIDARG, problem(renamed("a\0b", null)));
        assertEquals(BitsError.E_INVALIDARG, problem(maps(Map.of("a", "\0"), Map.of())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "a", "7", "site-7.floor_2"})
    void allow_a_queue_named(String name) {
        assertTrue(JobRules.isQueueName(name));
        assertEquals(BitsError.S_OK, problem(renamed(null, name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", ".a", "a b", "a/b", "ä", "a\n"})
    void allow_no_queue_named(String name) {
        assertFalse(JobRules.isQueueName(name));
        assertEquals(BitsError.E_INVALIDARG, problem(renamed(null, name)));
    }

    @Test
    void allow_a_queue_name_of_128_characters() {
        assertTrue(JobRules.isQueueName("q".repeat(128)));
        assertFalse(JobRules.isQueueName("q".repeat(129)));
    }

    @Test
    void allow_seconds_of_32_bits() {
        Duration longest = Duration.ofSeconds(MOST_SECONDS);
        assertEquals(BitsError.S_OK, problem(timed(longest, longest, longest, null)));
        assertEquals(BitsError.S_OK, problem(timed(Duration.ZERO, Duration.ZERO, null, null)));
        assertEquals(BitsError.E_INVALIDARG, problem(timed(longest.plusSeconds(1), null, null, null)));
        assertEquals(BitsError.E_INVALIDARG, problem(timed(null, null, Duration.ZERO, null)));
        assertEquals(BitsError.E_INVALIDARG, problem(noProgressTimeout(Duration.ofSeconds(-1))));
    }

    @ParameterizedTest
    @CsvSource({
        "0, BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE",
        "-1, BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE",
        "1, S_OK",
        "9223372036854775807, S_OK"
    })
    void hold_for_a_maximum_size_of(long bytes, BitsError code) {
        assertEquals(code, problem(limitedTo(bytes)));
    }

    @ParameterizedTest
    @CsvSource({
        "X-Key, v, S_OK",
        "Authorization, Bearer a.b, S_OK",
        "User-Agent, us, S_OK",
        "Host, a, E_INVALIDARG",
        "RANGE, bytes=0-, E_INVALIDARG",
        "if-Range, x, E_INVALIDARG",
        "Accept-Encoding, gzip, E_INVALIDARG",
        "X Key, v, E_INVALIDARG",
        "'', v, E_INVALIDARG"
    })
    void hold_for_a_header(String name, String value, BitsError code) {
        assertEquals(code, problem(headers(Map.of(name, value))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nHost: b", "a\nb", "a\0", "\u0100"})
    void allow_no_header_value_that_could_end_its_line(String value) {
        assertEquals(BitsError.E_INVALIDARG, problem(headers(Map.of("X-Key", value))));
    }

    @Test
    void allow_headers_of_16384_characters_as_sent() {
        int most = 16_384 - "X: \r\n".length();
        assertEquals(BitsError.S_OK, problem(headers(Map.of("X", "v".repeat(most)))));
        assertEquals(BitsError.BG_E_STRING_TOO_LONG, problem(headers(Map.of("X", "v".repeat(most + 1)))));
    }

    @Test
    void allow_64_labels() {
        Map<String, String> labels =
                IntStream.range(0, 64).boxed().collect(Collectors.toMap(i -> "label" + i, i -> "x"));
        assertEquals(BitsError.S_OK, problem(maps(labels, Map.of())));
        labels.put("one-more", "x");
        assertEquals(BitsError.E_INVALIDARG, problem(maps(labels, Map.of())));
        assertEquals(BitsError.E_INVALIDARG, problem(maps(Map.of("no spaces", "x"), Map.of())));
        assertEquals(BitsError.BG_E_STRING_TOO_LONG, problem(maps(Map.of("a", "x".repeat(257)), Map.of())));
    }

    @ParameterizedTest
    @CsvSource({"https://me.example/hook, S_OK", "ftp://me.example/, E_INVALIDARG"})
    void hold_for_a_webhook(String url, BitsError code) {
        JobSpec.Notify notify = new JobSpec.Notify(List.of(JobSpec.NotifyEvent.JOB_ERROR), url);
        assertEquals(code, problem(JobFixtures.notify(notify)));
    }

    @ParameterizedTest
    @CsvSource({
        "mail-owner, 500, S_OK",
        "mail-owner, 4294967295, S_OK",
        "mail-owner, -1, E_INVALIDARG",
        "mail-owner, 4294967296, E_INVALIDARG",
        "/bin/sh, 0, E_INVALIDARG"
    })
    void hold_for_a_command_and_an_interval(String command, long milliseconds, BitsError code) {
        JobSpec.Notify notify = new JobSpec.Notify(List.of(), null, command, Duration.ofMillis(milliseconds));
        assertEquals(code, problem(JobFixtures.notify(notify)));
    }

    @Test
    void allow_so_many_files_together() {
        assertTrue(JobRules.problem(files(150), 50, LIMITS).isEmpty());
        assertEquals(
                BitsError.BG_E_TOO_MANY_FILES_IN_JOB,
                JobRules.problem(files(150), 51, LIMITS).orElseThrow().code());
    }

    @Test
    void hold_for_both_names_and_the_checksum_of_a_file() {
        assertEquals(BitsError.E_INVALIDARG, problem(new FileSource("ftp://a/b", "b", List.of(), null)));
        assertEquals(BitsError.E_INVALIDARG, problem(new FileSource("http://a/b", "../b", List.of(), null)));
        assertEquals(BitsError.E_INVALIDARG, problem(new FileSource("http://a/b", "b", List.of(), "AB")));
        assertEquals(BitsError.S_OK, problem(new FileSource("http://a/b", "b", List.of(), "0f".repeat(32))));
    }

    @Test
    void allow_ranges_that_do_not_overlap_in_any_order() {
        assertEquals(
                BitsError.S_OK,
                problem(ranged(new ByteRange(100, null), new ByteRange(0, 50L), new ByteRange(50, 50L))));
    }

    @Test
    void allow_no_ranges_that_overlap() {
        assertEquals(BitsError.BG_E_OVERLAPPING_RANGES, problem(ranged(new ByteRange(0, 51L), new ByteRange(50, 1L))));
        assertEquals(BitsError.BG_E_OVERLAPPING_RANGES, problem(ranged(new ByteRange(5, null), new ByteRange(9, 1L))));
        assertEquals(BitsError.BG_E_OVERLAPPING_RANGES, problem(ranged(new ByteRange(5, 1L), new ByteRange(5, 1L))));
    }

    @Test
    void allow_no_range_that_cannot_be() {
        assertEquals(BitsError.BG_E_INVALID_RANGE, problem(ranged(new ByteRange(-1, 5L))));
        assertEquals(BitsError.BG_E_INVALID_RANGE, problem(ranged(new ByteRange(0, 0L))));
        assertEquals(BitsError.BG_E_INVALID_RANGE, problem(ranged(new ByteRange(Long.MAX_VALUE - 5, 6L))));
    }

    @Test
    void allow_500_ranges() {
        ByteRange[] ranges =
                IntStream.range(0, 501).mapToObj(i -> new ByteRange(i, 1L)).toArray(ByteRange[]::new);
        assertEquals(BitsError.BG_E_TOO_MANY_RANGES_IN_FILE, problem(ranged(ranges)));
    }
}
