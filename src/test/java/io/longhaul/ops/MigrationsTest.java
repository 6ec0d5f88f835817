package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.longhaul.testkit.TestDatabase;
import io.longhaul.testkit.TestSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@DisplayName("The tables of the database")
class MigrationsTest {
    @TempDir
    Path folder;

    /** As a node that is started again while others have a newer program already. */
    @Test
    void may_have_been_changed_by_a_newer_version() throws Exception {
        Settings settings = TestSettings.below(folder, TestDatabase.create());
        try (Database database = Database.open(settings);
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
                    + " checksum, installed_by, execution_time, success) VALUES (1000, '1000', 'later', 'SQL',"
                    + " 'V1000__later.sql', 7, 'somebody', 1, true)");
        }
        assertDoesNotThrow(() -> Database.open(settings).close());
    }

    @Test
    void say_what_their_user_may_not_do() throws Exception {
        String[] own = TestDatabase.create();
        try (Database database = Database.open(TestSettings.below(folder, own));
                Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE may_log_in LOGIN PASSWORD 'only'");
        }
        String[] others = TestDatabase.create();
        Settings settings = TestSettings.below(
                folder, others[0], "longhaul.database.user = may_log_in", "longhaul.database.password = only");
        assertEquals(
                "The database's tables cannot be brought up to date: permission denied for schema public.",
                assertThrows(StartupException.class, () -> Database.open(settings))
                        .getMessage());
    }
}
