package io.longhaul.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.zaxxer.hikari.HikariDataSource;
import io.longhaul.ops.Database;
import io.longhaul.ops.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Databases with all tables and no rows, in one embedded PostgreSQL for the whole JVM. */
public final class TestTables implements AutoCloseable {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final PGSimpleDataSource SERVER = start();
    private static final AtomicInteger LAST = new AtomicInteger();

    private final String name;
    private final HikariDataSource pool = new HikariDataSource();

    private TestTables(String name) {
        this.name = name;
        pool.setDataSource(database(SERVER, name));
        pool.setMinimumIdle(0);
        pool.setMaximumPoolSize(12);
    }

    /** Drops it, with everything that is connected to it. */
    @Override
    public void close() {
        pool.close();
        execute(SERVER, "DROP DATABASE " + name + " WITH (FORCE)");
    }

    private static PGSimpleDataSource start() {
        try {
            Files.createDirectories(TARGET);
            Path folder = Files.createTempDirectory(TARGET, "test-database");
            Database server = Database.open(settings(Map.of("longhaul.data-dir", folder.toString())));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            PGSimpleDataSource own =
                    source(server.akkaConfig().getConfig("akka-persistence-jdbc.shared-databases.slick.db"));
            // What a test has written needs to outlive nothing.
            execute(own, "ALTER SYSTEM SET fsync = off");
            execute(own, "SELECT pg_reload_conf()");
            execute(own, "CREATE DATABASE pattern");
            PGSimpleDataSource pattern = database(own, "pattern");
            Database.open(settings(Map.of(
                            "longhaul.data-dir",
                            folder.toString(),
                            "longhaul.database.url",
                            pattern.getURL(),
                            "longhaul.database.user",
                            pattern.getUser(),
                            "longhaul.database.password",
                            pattern.getPassword())))
                    .close();
            return own;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static Settings settings(Map<String, String> differing) {
        Map<String, Object> all = new HashMap<>(differing);
        all.put(
                "longhaul.database.binaries",
                TARGET.resolve("postgres-binaries").toString());
        return Settings.of(ConfigFactory.parseMap(all).withFallback(ConfigFactory.load()));
    }

    private static PGSimpleDataSource source(Config config) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(config.getString("url"));
        source.setUser(config.getString("user"));
        source.setPassword(config.getString("password"));
        source.setPrepareThreshold(2);
        return source;
    }

    private static PGSimpleDataSource database(PGSimpleDataSource of, String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(of.getURL());
        source.setDatabaseName(name);
        source.setUser(of.getUser());
        source.setPassword(of.getPassword());
        source.setPrepareThreshold(2);
        return source;
    }

    /** A database of its own. */
    public static TestTables create() {
        String name = "test" + LAST.incrementAndGet();
        execute(SERVER, "CREATE DATABASE " + name + " TEMPLATE pattern");
        return new TestTables(name);
    }

    /** A pool of a few connections. */
    public DataSource dataSource() {
        return pool;
    }

    /** What akka-persistence-jdbc must be told. */
    public Config akkaConfig() {
        PGSimpleDataSource source = database(SERVER, name);
        return ConfigFactory.parseMap(Map.of(
                        "url",
                        source.getURL(),
                        "user",
                        source.getUser(),
                        "password",
                        source.getPassword(),
                        "numThreads",
                        4,
                        "maxConnections",
                        4))
                .atPath("akka-persistence-jdbc.shared-databases.slick.db");
    }

    public void execute(String sql) {
        execute(pool, sql);
    }

    private static void execute(DataSource source, String sql) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new AssertionError(sql, failed);
        }
    }

    /** The first column of the first row, as text. */
    public String query(String sql) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failed) {
            throw new AssertionError(sql, failed);
        }
    }

    /** Ends all connections but the caller's, as a restart of the server does. */
    public void disconnectAll() {
        query("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }
}
