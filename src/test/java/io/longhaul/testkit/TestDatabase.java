package io.longhaul.testkit;

import com.typesafe.config.Config;
import io.longhaul.ops.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL for all tests of a JVM, and in it an empty database for each who asks. */
public final class TestDatabase {
    private static final AtomicInteger COUNT = new AtomicInteger();

    private TestDatabase() {}

    /** The lines for {@link TestSettings} that name a new and empty database. */
    public static String[] create() {
        Config server = Server.DATABASE.akkaConfig().getConfig("akka-persistence-jdbc.shared-databases.slick.db");
        String name = "test_" + COUNT.incrementAndGet();
        try (Connection connection = Server.DATABASE.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        String url = server.getString("url");
        return new String[] {
            "longhaul.database.url = \"" + url.substring(0, url.lastIndexOf('/') + 1) + name + '"',
            "longhaul.database.user = \"" + server.getString("user") + '"',
            "longhaul.database.password = \"" + server.getString("password") + '"'
        };
    }

    /** Started by the first who asks, ended with the JVM. */
    private static final class Server {
        static final Database DATABASE = start();

        private static Database start() {
            try {
                Path folder = Files.createTempDirectory("longhaul-test-database");
                Database database = Database.open(TestSettings.below(folder, "longhaul.database.connections = 2"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(database, folder)));
                return database;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private static void end(Database database, Path folder) {
            database.close();
            Folders.delete(folder);
        }
    }
}
