package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.ApiClient;
import io.longhaul.testkit.FreePort;
import io.longhaul.testkit.TestDatabase;
import io.longhaul.testkit.TestSettings;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@DisplayName("A node's readiness")
class ReadinessTest {
    @TempDir
    Path folder;

    @Test
    void ends_while_the_database_is_away_and_the_node_lives_on() throws Exception {
        int port = FreePort.find();
        String[] database = TestDatabase.create();
        Settings settings = TestSettings.below(
                folder,
                Stream.concat(Stream.of(database), Stream.of("longhaul.management.port = " + port))
                        .toArray(String[]::new));
        try (Node node = Node.start(settings);
                var operator = new ApiClient(URI.create("http://127.0.0.1:" + port), "operator")) {
            assertEquals(200, operator.get("/ready").status());

            close(settings.database().external().orElseThrow(), true);
            String said =
                    operator.until(() -> operator.get("/ready").text(), text -> text.contains("Health Check Failed"));
            assertTrue(said.endsWith("the database does not answer"), said);
            assertEquals(200, operator.get("/alive").status());

            close(settings.database().external().orElseThrow(), false);
            operator.until(() -> operator.get("/ready").status(), status -> status == 200);
            assertEquals(folder, node.settings().dataDir());
        }
    }

    /** Lets nobody into that database any more, and throws out who is there; or lets them in again. */
    private static void close(Settings.External database, boolean closed) throws Exception {
        String name = database.url().substring(database.url().lastIndexOf('/') + 1);
        try (Connection connection = DriverManager.getConnection(
                        database.url().replace("/" + name, "/postgres"),
                        database.user().orElseThrow(),
                        database.password().orElseThrow());
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS " + !closed);
            if (closed)
                statement.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
        }
    }
}
