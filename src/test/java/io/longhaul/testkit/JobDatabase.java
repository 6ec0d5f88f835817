package io.longhaul.testkit;

import com.typesafe.config.Config;
import io.longhaul.ops.Database;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A database with all tables and no rows. */
public final class JobDatabase implements AutoCloseable {
    private final Database database;

    private JobDatabase(Database database) {
        this.database = database;
    }

    public static JobDatabase create() {
        List<String> settings = new ArrayList<>(List.of(TestDatabase.create()));
        settings.add("longhaul.database.connections = 12");
        settings.add("longhaul.database.journal-connections = 4");
        return new JobDatabase(
                Database.open(TestSettings.below(Path.of("target", "unused"), settings.toArray(String[]::new))));
    }

    @Override
    public void close() {
        database.close();
    }

    public DataSource dataSource() {
        return database.dataSource();
    }

    /** What akka-persistence-jdbc must be told. */
    public Config akkaConfig() {
        return database.akkaConfig();
    }

    public void execute(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new AssertionError(sql, failed);
        }
    }

    /** The first column of the first row, as text. */
    public String query(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException failed) {
            throw new AssertionError(sql, failed);
        }
    }

    /** Whoever writes to the journal waits until this connection is closed or has ended its transaction. */
    public Connection lockJournal() throws SQLException {
        Connection connection = dataSource().getConnection();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE event_journal IN SHARE MODE");
        }
        return connection;
    }

    /** Until that many writers wait for {@link #lockJournal}. */
    public void awaitWriters(int count) {
        String waiting = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted"
                + " AND relation = 'event_journal'::regclass AND datname = current_database()";
        while (!query(waiting).equals(Integer.toString(count))) Thread.onSpinWait();
    }

    /** Ends the connections of Akka's journal, as a restart of the server does, and returns when they are no more. */
    public void disconnectJournal() {
        query("SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity"
                + " WHERE application_name = 'longhaul-journal' AND datname = current_database()");
    }

    /** Ends the connection of whoever holds an advisory lock here, as a restart of the server does. */
    public void disconnectHolder() {
        query("SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory'"
                + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
    }
}
