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

    /** Beyond it a group takes no further job: PostgreSQL and the driver hold a statement in memory as a whole. */
    private static final long GROUP_BYTES = 4 << 20;

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

    @SuppressWarnings("ArrayRecordComponent") // handed to the driver and never compared
    private record Line(long at, byte[] payload) {}

    private record Beginning(JobId id, List<Line> lines, CompletableFuture<Boolean> begun) {
        long bytes() {
            long bytes = 0;
            for (Line line : lines) bytes += line.payload().length;
            return bytes;
        }
    }

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
        this.groups = new Batches<>(MOST_WAITING, GROUPS_AT_ONCE, LARGEST_GROUP, this::write);
    }

    @Override
    public CompletionStage<Boolean> begin(JobId id, List<Recorded> events) {
        // Here and not in the group: what cannot be written is nobody else's trouble
        List<Line> lines = events.stream()
                .map(event -> new Line(event.at().toEpochMilli(), serializer.toBinary(event)))
                .toList();
        Beginning mine = new Beginning(id, lines, new CompletableFuture<>());
        return groups.offer(mine)
                ? mine.begun()
                : CompletableFuture.failedStage(new RejectedExecutionException("Too many new jobs wait"));
    }

    private void write(Beginning first, Queue<Beginning> waiting) {
        List<Beginning> group = new ArrayList<>();
        long bytes = 0;
        for (Beginning next = first; next != null; ) {
            group.add(next);
            bytes += next.bytes();
            next = group.size() < LARGEST_GROUP && bytes < GROUP_BYTES ? waiting.poll() : null;
        }
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
            for (Line line : job.lines()) {
                ids.add(Journal.persistenceId(job.id()));
                sequences.add(++sequence);
                times.add(line.at());
                payloads.add(line.payload());
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
                    new ArrayOf("text", ids.toArray(String[]::new)),
                    new ArrayOf("int8", sequences.toArray(Long[]::new)),
                    new ArrayOf("int8", times.toArray(Long[]::new)),
                    new ArrayOf("bytea", payloads.toArray(byte[][]::new))));
        }
    }
}
