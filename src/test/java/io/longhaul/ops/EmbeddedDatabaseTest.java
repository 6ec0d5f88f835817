package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@DisplayName("The embedded PostgreSQL")
class EmbeddedDatabaseTest {
    @TempDir
    Path folder;

    @Test
    void keeps_its_data_over_restarts() throws SQLException {
        try (var database = start()) {
            execute(database, "CREATE TABLE kept AS SELECT 'the first' AS node");
        }
        try (var database = start()) {
            assertEquals("the first", query(database, "SELECT node FROM kept"));
        }
    }

    @Test
    void writes_durably_and_has_room_for_a_node() throws SQLException {
        try (var database = start()) {
            for (String durable : List.of("fsync", "synchronous_commit", "full_page_writes", "data_checksums")) {
                assertEquals("on", query(database, "SHOW " + durable), durable);
            }
            assertEquals("100", query(database, "SHOW max_connections"));
            assertEquals("128MB", query(database, "SHOW shared_buffers"));
        }
    }

    @Test
    void is_for_its_node_alone() throws SQLException, IOException {
        try (var database = start()) {
            assertEquals("127.0.0.1", query(database, "SHOW listen_addresses"));
            assertEquals("", query(database, "SHOW unix_socket_directories"));
            String url = database.connection().url();
            var refused =
                    assertThrows(SQLException.class, () -> DriverManager.getConnection(url, "longhaul", "guessed"));
            assertEquals("28P01", refused.getSQLState());
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(home().resolve("password"))));
        }
    }

    @Test
    void is_in_a_folder_that_only_its_user_reads_with_its_programs_too() throws IOException {
        EmbeddedDatabase.start(home(), home().resolve("binaries")).close();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home())));
    }

    @Test
    void is_taken_over_from_a_node_that_was_killed() throws Exception {
        long orphan;
        Process killed = startInAnotherJvm();
        try {
            orphan = serverProcess();
            assertTrue(ProcessHandle.of(orphan).orElseThrow().isAlive());
        } finally {
            killed.destroyForcibly();
        }
        assertTrue(killed.waitFor(10, TimeUnit.SECONDS));
        assertTrue(ProcessHandle.of(orphan).orElseThrow().isAlive(), "the server outlives its node");

        try (var database = start()) {
            assertNotEquals(orphan, serverProcess());
            assertEquals("kept", query(database, "SELECT what FROM committed"));
        }
    }

    @Test
    void is_started_again_at_its_address_when_its_server_is_killed() throws Exception {
        try (var database = start()) {
            execute(database, "CREATE TABLE kept AS SELECT 'before' AS what");
            String url = database.url();
            long killed = serverProcess();
            assertTrue(ProcessHandle.of(killed).orElseThrow().destroyForcibly());

            assertEquals("before", queryOnceItAnswers(database, "SELECT what FROM kept"));
            assertNotEquals(killed, serverProcess());
            assertEquals(url, database.url());

            assertTrue(ProcessHandle.of(serverProcess()).orElseThrow().destroyForcibly());
            assertEquals("before", queryOnceItAnswers(database, "SELECT what FROM kept"));
        }
        assertFalse(Files.exists(home().resolve("data/postmaster.pid")));
    }

    @Test
    void is_started_again_also_where_a_process_of_the_killed_server_is_still_at_work() throws Exception {
        try (var database = start()) {
            var busy = new FutureTask<Void>(() -> {
                execute(database, "DO 'BEGIN LOOP PERFORM 1; END LOOP; END'");
                return null;
            });
            Thread.ofVirtual().start(busy);
            String isBusy = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DO %'";
            while (!query(database, isBusy).equals("1")) Thread.onSpinWait();
            assertTrue(ProcessHandle.of(serverProcess()).orElseThrow().destroyForcibly());

            assertEquals("1", queryOnceItAnswers(database, "SELECT 1"));
            assertThrows(ExecutionException.class, () -> busy.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void is_not_started_again_once_it_is_closed() throws Exception {
        var database = start();
        long killed = serverProcess();
        assertTrue(ProcessHandle.of(killed).orElseThrow().destroyForcibly());
        database.close();
        assertThrows(SQLException.class, () -> query(database, "SELECT 1"));
    }

    /** A process number may have gone to anything since; here, to this JVM, or to nobody. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void starts_where_only_the_trace_of_a_server_is_left(boolean numberGoneToSomebodyElse) throws Exception {
        start().close();
        long somebody = numberGoneToSomebodyElse ? ProcessHandle.current().pid() : 999_999_999;
        Files.writeString(home().resolve("data/postmaster.pid"), somebody + "\n" + home().resolve("data") + "\n");
        try (var database = start()) {
            assertEquals("1", query(database, "SELECT 1"));
        }
    }

    @Test
    void starts_afresh_where_its_creation_was_cut_off() throws Exception {
        Files.createDirectories(home().resolve("data.new/base"));
        Files.writeString(home().resolve("data.new/PG_VERSION"), "17\n");
        Path output = Files.createFile(home().resolve("initdb123.out"));
        try (var database = start()) {
            assertEquals("1", query(database, "SELECT 1"));
            assertFalse(Files.exists(output));
        }
    }

    @Test
    void says_in_one_line_why_it_cannot_start() throws IOException {
        start().close();
        Files.writeString(home().resolve("data/PG_VERSION"), "9\n");
        String said =
                String.valueOf(assertThrows(StartupException.class, this::start).getMessage());
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.contains(home().toString()) && said.contains("version"), said);
    }

    @Test
    void can_be_closed_twice() {
        var database = start();
        database.close();
        database.close();
    }

    private Path home() {
        return folder.resolve("postgres");
    }

    private EmbeddedDatabase start() {
        return EmbeddedDatabase.start(
                home(), TestSettings.below(folder).database().binaries());
    }

    private long serverProcess() throws IOException {
        return Long.parseLong(
                Files.readAllLines(home().resolve("data/postmaster.pid")).getFirst());
    }

    private Process startInAnotherJvm() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        OtherNode.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertEquals("committed", process.inputReader().lines().findFirst().orElse("nothing"));
        return process;
    }

    /** A node that is about to be killed. */
    static final class OtherNode {
        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            var database = EmbeddedDatabase.start(
                    folder.resolve("postgres"),
                    TestSettings.below(folder).database().binaries());
            execute(database, "CREATE TABLE committed AS SELECT 'kept' AS what");
            System.out.println("committed");
            // Nobody writes to it: this waits for the end.
            System.in.read();
        }
    }

    private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Which it does within the time that operators are promised. */
    private static String queryOnceItAnswers(EmbeddedDatabase database, String sql) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                return query(database, sql);
            } catch (SQLException notYet) {
                if (System.nanoTime() > deadline) throw notYet;
                Thread.onSpinWait();
            }
        }
    }

    private static String query(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertTrue(row.next());
            return row.getString(1);
        }
    }

    private static Connection connect(EmbeddedDatabase database) throws SQLException {
        var server = database.connection();
        return DriverManager.getConnection(
                server.url(), server.user().orElseThrow(), server.password().orElseThrow());
    }
}
