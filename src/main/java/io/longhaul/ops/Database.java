package io.longhaul.ops;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;

/** The PostgreSQL that holds the journal and the index, with tables as this version expects them. */
public final class Database implements AutoCloseable {
    /** How long a call waits for a connection before it is refused: persistence.conf has the same for the journal. */
    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);

    /** How long one that was idle may take to say that it is alive. With many of them one call waits for several. */
    private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(2);

    /** Twice the time that a statement may take: the server, or its machine, is gone and says nothing. */
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(20);

    /** Of every connection. Texts, for the driver passes over a property that is anything else. */
    private static final Map<String, String> PROPERTIES = Map.of(
            "ApplicationName",
            "longhaul",
            "tcpKeepAlive",
            "true",
            "connectTimeout",
            Long.toString(CONNECTION_TIMEOUT.toSeconds()),
            // Of all of it: who listens but does not answer is waited for no longer
            "loginTimeout",
            Long.toString(CONNECTION_TIMEOUT.toSeconds()),
            "socketTimeout",
            Long.toString(SOCKET_TIMEOUT.toSeconds()));

    private final Settings.External server;
    private final int journalConnections;
    private final HikariDataSource pool;
    private final Runnable closeServer;

    private Database(Settings.External server, int journalConnections, HikariDataSource pool, Runnable closeServer) {
        this.server = server;
        this.journalConnections = journalConnections;
        this.pool = pool;
        this.closeServer = closeServer;
    }

    /** Opens the database of the settings, or starts the embedded one, and brings its tables up to date. */
    public static Database open(Settings settings) {
        Optional<Settings.External> external = settings.database().external();
        if (external.isPresent()) return open(settings, external.get(), () -> {});
        EmbeddedDatabase embedded = EmbeddedDatabase.start(
                settings.dataDir().resolve("postgres"), settings.database().binaries());
        return open(settings, embedded.connection(), embedded::close);
    }

    private static Database open(Settings settings, Settings.External server, Runnable closeServer) {
        try {
            var pool = pool(server, settings.database().connections());
            var database = new Database(server, settings.database().journalConnections(), pool, closeServer);
            try {
                Migrations.run(server);
                return database;
            } catch (RuntimeException failed) {
                pool.close();
                throw failed;
            }
        } catch (RuntimeException failed) {
            closeServer.run();
            throw failed;
        }
    }

    /** Connections for our own SQL. */
    public DataSource dataSource() {
        return pool;
    }

    /** A connection beside the pool, for what belongs to a connection; whoever asks closes it. */
    Connection connect() throws SQLException {
        var properties = new Properties();
        server.user().ifPresent(user -> properties.setProperty("user", user));
        server.password().ifPresent(password -> properties.setProperty("password", password));
        PROPERTIES.forEach(properties::setProperty);
        return DriverManager.getConnection(server.url(), properties);
    }

    /** Whether it answers now; blocks until it does, or for the time that a connection may take. */
    boolean answers() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(1);
        } catch (SQLException unreachable) {
            return false;
        }
    }

    /** Lets the connections for our own SQL be counted. */
    void measure(MeterRegistry registry) {
        pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
    }

    /** What akka-persistence-jdbc must be told, to be laid over {@code persistence.conf}. */
    public Config akkaConfig() {
        Map<String, Object> journal = new HashMap<>();
        journal.put("url", server.url());
        server.user().ifPresent(user -> journal.put("user", user));
        server.password().ifPresent(password -> journal.put("password", password));
        // Slick wants as many threads as connections.
        journal.put("numThreads", journalConnections);
        journal.put("maxConnections", journalConnections);
        journal.put("minConnections", journalConnections);
        return ConfigFactory.parseMap(journal, "the database")
                .atPath("akka-persistence-jdbc.shared-databases.slick.db");
    }

    /** Once nobody uses it any more: closes the connections, and ends the server if it is the embedded one. */
    @Override
    public void close() {
        pool.close();
        closeServer.run();
    }

    private static HikariDataSource pool(Settings.External server, int connections) {
        var config = new HikariConfig();
        config.setPoolName("index");
        config.setJdbcUrl(server.url());
        server.user().ifPresent(config::setUsername);
        server.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(connections);
        PROPERTIES.forEach(config::addDataSourceProperty);
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        config.addDataSourceProperty("prepareThreshold", "2");
        config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        config.setValidationTimeout(VALIDATION_TIMEOUT.toMillis());
        try {
            return new HikariDataSource(config);
        } catch (PoolInitializationException unreachable) {
            Throwable cause = unreachable.getCause() == null ? unreachable : unreachable.getCause();
            // Without its parameters: a password may be among them.
            String address = server.url().split("\\?", 2)[0];
            throw new StartupException(
                    "The database " + address + " cannot be used: " + Sentences.firstLine(cause) + ".", unreachable);
        }
    }
}
