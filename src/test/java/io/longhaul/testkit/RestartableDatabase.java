package io.longhaul.testkit;

import com.typesafe.config.Config;
import io.longhaul.ops.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A PostgreSQL of a test's own, which it may stop and start; it has the same address always, that of a proxy. */
public final class RestartableDatabase implements AutoCloseable {
    private final Path folder;
    private final TcpProxy address;
    private Database database;

    RestartableDatabase(Path folder, TcpProxy address) {
        this.folder = folder;
        this.address = address;
        start();
    }

    /** Where nodes reach it. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + address.port() + "/postgres";
    }

    /** The other settings of a node that uses it, as for {@code -D}. */
    String[] settings() {
        Config server = server();
        return new String[] {
            "longhaul.database.user=" + server.getString("user"),
            "longhaul.database.password=" + server.getString("password")
        };
    }

    private Config server() {
        return database.akkaConfig().getConfig("akka-persistence-jdbc.shared-databases.slick.db");
    }

    /** Past the proxy. */
    public DataSource dataSource() {
        return database.dataSource();
    }

    /** Sends all clients away and ends. Whoever connects meanwhile is refused. */
    public void stop() {
        database.close();
    }

    /** Returns when it takes connections again. */
    public void start() {
        database = Database.open(TestSettings.below(folder, "longhaul.database.connections = 2"));
        String url = server().getString("url");
        address.leadTo(Integer.parseInt(url.replaceFirst(".*:([0-9]+)/.*", "$1")));
    }

    /** Ends a connection of somebody, one that is at work where there is one. */
    public void endConnection() {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name LIKE 'longhaul%' AND pid <> pg_backend_pid()
                    ORDER BY state = 'active' DESC, random() LIMIT 1
                    """);
        } catch (SQLException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
