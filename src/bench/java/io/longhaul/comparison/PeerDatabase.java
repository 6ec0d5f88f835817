package io.longhaul.comparison;

import io.longhaul.ops.Database;
import io.longhaul.testkit.TestSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The same PostgreSQL with the same settings as a node keeps, for somebody else's tables. */
final class PeerDatabase implements AutoCloseable {
    private final Database database;
    private final Path folder;

    private PeerDatabase(Database database, Path folder) {
        this.database = database;
        this.folder = folder;
    }

    static PeerDatabase start(Path folder, int connections, String... tables) throws SQLException {
        Child.endWithParent();
        Database database = Database.open(TestSettings.below(folder, "longhaul.database.connections = " + connections));
        var peer = new PeerDatabase(database, folder);
        Runtime.getRuntime().addShutdownHook(new Thread(peer::close));
        for (String table : tables) peer.execute(table);
        return peer;
    }

    DataSource dataSource() {
        return database.dataSource();
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long count(String table) throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery("SELECT count(*) FROM " + table)) {
            count.next();
            return count.getLong(1);
        }
    }

    /** The processor time that this JVM and the database have taken so far. */
    Cpu cpu() throws IOException {
        return new Cpu(
                Processes.cpuSeconds(ProcessHandle.current().pid()), Processes.cpuSeconds(Processes.postgres(folder)));
    }

    @Override
    public void close() {
        database.close();
    }
}
