package io.longhaul.store;

import io.longhaul.entity.NewJobs;
import io.longhaul.job.JobId;
import io.longhaul.job.Recorded;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import javax.sql.DataSource;

/** The first lines of the histories of many jobs, in one statement; rows as akka-persistence-jdbc writes them. */
public final class PostgresNewJobs implements NewJobs {
    /** Some 200 KiB of a statement; more together gains nothing. */
    private static final int LARGEST_GROUP = 500;

    private static final int GROUPS_AT_ONCE = 3;
    private static final int MOST_WAITING = 20_000;

    /** A line that is there already stays, and so do those that follow it. */
    private static final String INSERT = """
            INSERT INTO event_journal (persistence_id, sequence_number, deleted, writer, write_timestamp,
              adapter_manifest, event_ser_id, event_ser_manifest, event_payload)
            SELECT id, sequence, FALSE, ?, at, '', ?, ?, payload
            FROM unnest(?, ?, ?, ?) WITH ORDINALITY AS line (id, sequence, at, payload, place)
            ORDER BY place
            ON CONFLICT DO NOTHING
            RETURNING persistence_id
            """;

    private record Beginning(JobId id, List<Recorded> events, CompletableFuture<Boolean> begun) {}

    private final DataSource database;
    private final int timeoutSeconds;
    private final JobSerializer serializer = new JobSerializer();
    private final String writer = UUID.randomUUID().toString();
    private final Batches<Beginning> groups;

    /**
     * Writes nothing yet.
     *
     * @param timeout of a statement, in whole seconds
     */
    public PostgresNewJobs(DataSource database, Duration timeout) {
        this.database = database;
        this.timeoutSeconds = Math.toIntExact(timeout.toSeconds());
        this.groups = new Batches<>(MOST_WAITING, GROUPS_AT_ONCE, this::write);
    }

    @Override
    public CompletionStage<Boolean> begin(JobId id, List<Recorded> events) {
        Beginning mine = new Beginning(id, events, new CompletableFuture<>());
        return groups.offer(mine)
                ? mine.begun()
                : CompletableFuture.failedStage(new RejectedExecutionException("Too many new jobs wait"));
    }

    private void write(Beginning first, Queue<Beginning> waiting) {
        List<Beginning> group = new ArrayList<>();
        for (Beginning next = first; next != null; next = group.size() < LARGEST_GROUP ? waiting.poll() : null)
            group.add(next);
        try {
            Set<String> begun = insert(group);
            // The second of two with one id in one group has begun nothing
            for (Beginning job : group) job.begun().complete(begun.remove(Journal.persistenceId(job.id())));
        } catch (SQLException | RuntimeException failed) {
            for (Beginning job : group) job.begun().completeExceptionally(failed);
        }
    }

    private Set<String> insert(List<Beginning> group) throws SQLException {
        List<String> ids = new ArrayList<>();
        List<Long> sequences = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        List<byte[]> payloads = new ArrayList<>();
        for (Beginning job : group) {
            long sequence = 0;
            for (Recorded event : job.events()) {
                ids.add(Journal.persistenceId(job.id()));
                sequences.add(++sequence);
                times.add(event.at().toEpochMilli());
                payloads.add(serializer.toBinary(event));
            }
        }
        try (Connection connection = database.getConnection()) {
            Session session = new Session(connection, timeoutSeconds);
            return new HashSet<>(session.query(
                    row -> row.getString("persistence_id"),
                    INSERT,
                    writer,
                    JobSerializer.IDENTIFIER,
                    JobSerializer.EVENT,
                    new ArrayOf("text", ids.toArray()),
                    new ArrayOf("bigint", sequences.toArray()),
                    new ArrayOf("bigint", times.toArray()),
                    new ArrayOf("bytea", payloads.toArray(byte[][]::new))));
        }
    }
}
