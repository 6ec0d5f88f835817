package io.longhaul.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.GeneratedDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("An error code")
class ErrorCodeTest {
    /** {@code bitsmsg.h}, in its order. */
    private static final String BITSMSG = """
            80200001 BG_E_NOT_FOUND
            80200002 BG_E_INVALID_STATE
            80200003 BG_E_EMPTY
            80200004 BG_E_FILE_NOT_AVAILABLE
            80200005 BG_E_PROTOCOL_NOT_AVAILABLE
            00200006 BG_S_ERROR_CONTEXT_NONE
            80200007 BG_E_ERROR_CONTEXT_UNKNOWN
            80200008 BG_E_ERROR_CONTEXT_GENERAL_QUEUE_MANAGER
            80200009 BG_E_ERROR_CONTEXT_LOCAL_FILE
            8020000A BG_E_ERROR_CONTEXT_REMOTE_FILE
            8020000B BG_E_ERROR_CONTEXT_GENERAL_TRANSPORT
            8020000C BG_E_ERROR_CONTEXT_QUEUE_MANAGER_NOTIFICATION
            8020000D BG_E_DESTINATION_LOCKED
            8020000E BG_E_VOLUME_CHANGED
            8020000F BG_E_ERROR_INFORMATION_UNAVAILABLE
            80200010 BG_E_NETWORK_DISCONNECTED
            80200011 BG_E_MISSING_FILE_SIZE
            80200012 BG_E_INSUFFICIENT_HTTP_SUPPORT
            80200013 BG_E_INSUFFICIENT_RANGE_SUPPORT
            80200014 BG_E_REMOTE_NOT_SUPPORTED
            80200015 BG_E_NEW_OWNER_DIFF_MAPPING
            80200016 BG_E_NEW_OWNER_NO_FILE_ACCESS
            00200017 BG_S_PARTIAL_COMPLETE
            80200018 BG_E_PROXY_LIST_TOO_LARGE
            80200019 BG_E_PROXY_BYPASS_LIST_TOO_LARGE
            0020001A BG_S_UNABLE_TO_DELETE_FILES
            8020001B BG_E_INVALID_SERVER_RESPONSE
            8020001C BG_E_TOO_MANY_FILES
            8020001D BG_E_LOCAL_FILE_CHANGED
            8020001E BG_E_ERROR_CONTEXT_REMOTE_APPLICATION
            8020001F BG_E_SESSION_NOT_FOUND
            80200020 BG_E_TOO_LARGE
            80200021 BG_E_STRING_TOO_LONG
            80200022 BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH
            80200023 BG_E_SERVER_EXECUTE_ENABLE
            80200024 BG_E_NO_PROGRESS
            80200025 BG_E_USERNAME_TOO_LARGE
            80200026 BG_E_PASSWORD_TOO_LARGE
            80200027 BG_E_INVALID_AUTH_TARGET
            80200028 BG_E_INVALID_AUTH_SCHEME
            80200029 BG_E_FILE_NOT_FOUND
            0020002A BG_S_PROXY_CHANGED
            8020002B BG_E_INVALID_RANGE
            8020002C BG_E_OVERLAPPING_RANGES
            8020002D BG_E_CONNECT_FAILURE
            8020002E BG_E_CONNECTION_CLOSED
            8020003E BG_E_BLOCKED_BY_POLICY
            8020003F BG_E_INVALID_PROXY_INFO
            80200040 BG_E_INVALID_CREDENTIALS
            80200041 BG_E_INVALID_HASH_ALGORITHM
            80200042 BG_E_RECORD_DELETED
            80200043 BG_E_COMMIT_IN_PROGRESS
            80200044 BG_E_DISCOVERY_IN_PROGRESS
            80200045 BG_E_UPNP_ERROR
            80200046 BG_E_TEST_OPTION_BLOCKED_DOWNLOAD
            80200047 BG_E_PEERCACHING_DISABLED
            80200048 BG_E_BUSYCACHERECORD
            80200049 BG_E_TOO_MANY_JOBS_PER_USER
            80200050 BG_E_TOO_MANY_JOBS_PER_MACHINE
            80200051 BG_E_TOO_MANY_FILES_IN_JOB
            80200052 BG_E_TOO_MANY_RANGES_IN_FILE
            80200053 BG_E_VALIDATION_FAILED
            80200054 BG_E_MAXDOWNLOAD_TIMEOUT
            00200055 BG_S_OVERRIDDEN_BY_POLICY
            80200056 BG_E_TOKEN_REQUIRED
            80200057 BG_E_UNKNOWN_PROPERTY_ID
            80200058 BG_E_READ_ONLY_PROPERTY
            80200059 BG_E_BLOCKED_BY_COST_TRANSFER_POLICY
            80200060 BG_E_PROPERTY_SUPPORTED_FOR_DOWNLOAD_JOBS_ONLY
            80200061 BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE
            80200062 BG_E_READ_ONLY_PROPERTY_AFTER_RESUME
            80200063 BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE
            80200064 BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED
            80200065 BG_E_STANDBY_MODE
            80200066 BG_E_USE_STORED_CREDENTIALS_NOT_SUPPORTED
            80200067 BG_E_BLOCKED_BY_BATTERY_POLICY
            80200068 BG_E_BLOCKED_BY_BATTERY_SAVER
            80200069 BG_E_WATCHDOG_TIMEOUT
            8020006A BG_E_APP_PACKAGE_NOT_FOUND
            8020006B BG_E_APP_PACKAGE_SCENARIO_NOT_SUPPORTED
            8020006C BG_E_DATABASE_CORRUPT
            8020006D BG_E_RANDOM_ACCESS_NOT_SUPPORTED
            8020006E BG_E_BLOCKED_BY_BACKGROUND_ACCESS_POLICY
            8020006F BG_E_BLOCKED_BY_GAME_MODE
            80200070 BG_E_BLOCKED_BY_SYSTEM_POLICY
            80200071 BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD
            80200072 BG_E_UNSUPPORTED_JOB_CONFIGURATION
            80200073 BG_E_REMOTE_FILE_CHANGED
            80200074 BG_E_SERVER_CERT_VALIDATION_INTERFACE_REQUIRED
            80200075 BG_E_READ_ONLY_WHEN_JOB_ACTIVE
            80200076 BG_E_ERROR_CONTEXT_SERVER_CERTIFICATE_CALLBACK
            """;

    @Test
    void is_there_for_every_line_of_bitsmsg_h() {
        List<String> lines = BITSMSG.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        assertEquals(
                lines,
                Arrays.stream(BitsError.values())
                        .filter(code -> code.name().startsWith("BG_"))
                        .map(code -> "%08X %s".formatted(code.hresult(), code.name()))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "E_ACCESSDENIED, 0x80070005",
        "E_INVALIDARG, 0x80070057",
        "E_NOTIMPL, 0x80004001",
        "ERROR_DISK_FULL, 0x80070070",
        "ERROR_NOT_LOGGED_ON, 0x800704DD",
        "ERROR_WINHTTP_TIMEOUT, 0x80072EE2",
        "WSAETIMEDOUT, 0x8007274C",
        "ERROR_TIMEOUT, 0x800705B4",
        "DO_E_DOWNLOAD_NO_PROGRESS, 0x80D02002",
        "ERROR_WINHTTP_NAME_NOT_RESOLVED, 0x80072EE7",
        "ERROR_WINHTTP_CANNOT_CONNECT, 0x80072EFD",
        "ERROR_WINHTTP_CONNECTION_ERROR, 0x80072EFE",
        "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, 0x80072F0C",
        "ERROR_WINHTTP_INVALID_SERVER_RESPONSE, 0x80072F78",
        "ERROR_WINHTTP_SECURE_FAILURE, 0x80072F8F",
        "E_PENDING, 0x8000000A",
        "E_CHANGED_STATE, 0x8000000C",
        "WAIT_TIMEOUT, 0x80070102",
        "S_OK, 0x00000000",
        "S_FALSE, 0x00000001"
    })
    void of_windows_has_its_number(BitsError code, String hresult) {
        assertEquals(hresult, code.hresultText());
    }

    @ParameterizedTest
    @CsvSource({"100, 0x80190064", "401, 0x80190191", "404, 0x80190194", "416, 0x801901A0", "503, 0x801901F7"})
    void of_http_is_the_status_as_an_hresult(int status, String hresult) {
        HttpError code = new HttpError(status);
        assertEquals(hresult, code.hresultText());
        assertEquals("BG_E_HTTP_ERROR_" + status, code.code());
        assertEquals(code, ErrorCode.named(code.code()));
    }

    @ParameterizedTest
    @EnumSource(BitsError.class)
    void is_found_by_its_name_and_says_a_sentence(BitsError code) {
        assertEquals(code, ErrorCode.named(code.code()));
        assertTrue(code.text().endsWith("."), code.text());
        boolean success = code.name().startsWith("BG_S_") || code == BitsError.S_OK || code == BitsError.S_FALSE;
        assertEquals(success, code.hresult() >= 0);
    }

    @Test
    void has_a_number_of_its_own() {
        Set<Integer> numbers = new HashSet<>();
        for (BitsError code : BitsError.values()) assertTrue(numbers.add(code.hresult()), code.name());
    }

    @Test
    void is_no_other_name() {
        assertThrows(IllegalArgumentException.class, () -> ErrorCode.named("BG_E_NONE"));
        assertThrows(IllegalArgumentException.class, () -> ErrorCode.named("BG_E_HTTP_ERROR_99"));
        assertThrows(IllegalArgumentException.class, () -> ErrorCode.named("BG_E_HTTP_ERROR_x"));
    }

    /** A line of {@code codes.txt}: the test that provokes the code, or why none can. */
    private record Said(String code, String test, String whyNot) {
        boolean isSaid() {
            return !test.equals("-");
        }
    }

    private static List<Said> said() throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/codes.txt")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" ", 3))
                .map(parts -> new Said(parts[0], parts[1], parts.length > 2 ? parts[2] : ""))
                .toList();
    }

    private static Map<String, String> sources(String folder) throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".java") || name.endsWith(".scala"))
                    sources.put(name.substring(0, name.lastIndexOf('.')), Files.readString(file));
            }
        }
        return sources;
    }

    private static boolean names(String source, String code) {
        return Pattern.compile("\\b" + code + "\\b").matcher(source).find();
    }

    @Test
    void is_provoked_by_a_test_or_it_is_told_why_none_can() throws IOException {
        assertEquals(
                Arrays.stream(BitsError.values()).map(BitsError::code).toList(),
                said().stream().map(Said::code).toList(),
                "codes.txt");
        Map<String, String> tests = sources("src/test");
        for (Said said : said()) {
            if (said.isSaid())
                assertTrue(names(tests.getOrDefault(said.test(), ""), said.code()), said + " does not name the code");
            else assertTrue(!said.whyNot().isBlank(), said.code() + " has neither a test nor a reason");
        }
    }

    @Test
    void that_is_never_said_is_said_nowhere() throws IOException {
        Map<String, String> program = sources("src/main");
        // Where all codes are listed
        program.keySet().removeAll(Set.of("BitsError", "ProblemStatus", "ErrorContext"));
        for (Said said : said())
            if (!said.isSaid())
                program.forEach(
                        (name, source) -> assertFalse(names(source, said.code()), () -> name + " says " + said.code()));
    }

    @Test
    void is_what_the_documentation_shows() throws IOException {
        Map<String, Said> said = new HashMap<>();
        for (Said one : said()) said.put(one.code(), one);
        StringBuilder table = new StringBuilder(
                "| code | HRESULT | text | proved by, or why it is never said |\n| --- | --- | --- | --- |\n");
        for (BitsError code : BitsError.values()) {
            Said one = said.get(code.code());
            String proof = one.isSaid() ? "`" + one.test() + "`" : one.whyNot();
            table.append("| `%s` | %s | %s | %s |\n".formatted(code.code(), code.hresultText(), code.text(), proof));
        }
        GeneratedDocument.at("docs/reference/errors.md").holds("codes", table.toString());
    }

    @Test
    void of_a_context_is_what_the_documentation_shows() {
        StringBuilder table =
                new StringBuilder("| context | number | name of its text | text |\n| --- | --- | --- | --- |\n");
        for (ErrorContext context : ErrorContext.values())
            table.append("| `%s` | %d | `%s` | %s |\n"
                    .formatted(
                            context,
                            context.number(),
                            context.text().code(),
                            context.text().text()));
        GeneratedDocument.at("docs/reference/errors.md").holds("contexts", table.toString());
    }
}
