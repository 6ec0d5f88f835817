package io.longhaul.testkit;

import akka.serialization.SerializerWithStringManifest;
import io.longhaul.job.JobId;
import io.longhaul.job.Recorded;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Writes to the journal as akka-persistence-jdbc does. */
public final class TestJournal {
    private final DataSource database;
    private final SerializerWithStringManifest serializer;
    private final Map<JobId, Long> last = new HashMap<>();

    public TestJournal(DataSource database, SerializerWithStringManifest serializer) {
        this.database = database;
        this.serializer = serializer;
    }

    public void write(JobId id, Recorded... events) {
        write(id, List.of(events));
    }

    public void write(JobId id, List<Recorded> events) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            write(connection, id, events);
            connection.commit();
        } catch (SQLException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Leaves it to the caller to commit. */
    public void write(Connection connection, JobId id, List<Recorded> events) throws SQLException {
        for (Recorded event : events)
            insert(
                    connection,
                    "Job|" + id,
                    last.merge(id, 1L, Long::sum),
                    serializer.manifest(event),
                    serializer.toBinary(event));
    }

    /** Whatever it is. */
    public void writeRaw(String persistenceId, long sequence, String manifest, byte[] payload) {
        try (Connection connection = database.getConnection()) {
            insert(connection, persistenceId, sequence, manifest, payload);
        } catch (SQLException failed) {
            throw new AssertionError(failed);
        }
    }

    private void insert(Connection connection, String persistenceId, long sequence, String manifest, byte[] payload)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO event_journal (persistence_id, sequence_number, writer, write_timestamp, adapter_manifest,
                  event_ser_id, event_ser_manifest, event_payload) VALUES (?, ?, 'w', 0, '', ?, ?, ?)
                """)) {
            insert.setString(1, persistenceId);
            insert.setLong(2, sequence);
            insert.setInt(3, serializer.identifier());
            insert.setString(4, manifest);
            insert.setBytes(5, payload);
            insert.executeUpdate();
        }
    }
}
