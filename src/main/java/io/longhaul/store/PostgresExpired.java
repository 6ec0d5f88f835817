package io.longhaul.store;

import com.github.f4b6a3.uuid.UuidCreator;
import io.longhaul.entity.Expired;
import io.longhaul.job.JobId;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Removes what is over from every table, a batch in one transaction: journal and index agree at any time.
 *
 * <p>It goes by the index, where a job is final only once its last event is there, so the index's writer has no line of
 * it before itself and cannot bring it back. The two meet at the rows of {@code job_count} alone, which both take in the
 * same order.
 */
public final class PostgresExpired implements Expired {
    /**
     * "Remove" as a number. Whoever holds this lock removes, and nobody else; and as he never adds to the journal,
     * {@link JournalReader} does not wait for him.
     */
    static final long LOCK = 0x5265_6D6F_7665L;

    /** A batch of jobs with long histories has fewer jobs. */
    private static final int LINES_PER_JOB = 20;

    /**
     * Secrets that a crash has left: of jobs that are over, or somebody else's by now, and of those that never came to be. A
     * job that is not in the index yet is younger than an hour.
     */
    private static final String FORGOTTEN_SECRETS = """
            DELETE FROM secret WHERE id IN (
              SELECT s.id FROM secret s LEFT JOIN job j ON j.id = s.job
              WHERE j.final_at IS NOT NULL OR j.owner <> s.owner
                OR (j.id IS NULL AND s.at <= ? AND s.at < now() - interval '1 hour')
              LIMIT ?)
            """;

    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresExpired(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    /** Going on from where it was spares the index what was just removed and is not vacuumed yet. */
    @Override
    public CompletionStage<Jobs> removeJobs(@Nullable Instant from, Instant finalUntil, int most) {
        return alone(new Jobs(0, null), session -> {
            List<Found> found = session.query(
                    row -> new Found(Sql.id(row, "id"), row.getLong("sequence"), Sql.instant(row, "final_at")),
                    "SELECT id, sequence, final_at FROM job WHERE final_at >= ? AND final_at <= ?"
                            + " ORDER BY final_at LIMIT ?",
                    from == null ? Instant.EPOCH : from,
                    finalUntil,
                    most);
            List<Found> batch = batch(found, (long) most * LINES_PER_JOB);
            if (batch.isEmpty()) return new Jobs(0, null);
            remove(session, batch.stream().map(Found::id).toList());
            boolean more = batch.size() == most || batch.size() < found.size();
            return new Jobs(batch.size(), more ? batch.getLast().finalAt() : null);
        });
    }

    private record Found(JobId id, long lines, Instant finalAt) {}

    private static List<Found> batch(List<Found> found, long mostLines) {
        long lines = 0;
        for (int i = 0; i < found.size(); i++) {
            lines += found.get(i).lines();
            if (lines > mostLines && i > 0) return found.subList(0, i);
        }
        return found;
    }

    private static void remove(Session session, List<JobId> jobs) throws SQLException {
        var names =
                new ArrayOf("text", jobs.stream().map(Journal::persistenceId).toArray());
        var ids = new ArrayOf("uuid", jobs.stream().map(JobId::value).toArray());
        session.update("DELETE FROM event_journal WHERE persistence_id = ANY (?)", names);
        session.update("DELETE FROM snapshot WHERE persistence_id = ANY (?)", names);
        session.update("DELETE FROM request WHERE id = ANY (?)", ids);
        // In the order in which whoever tells owners takes them
        session.update("DELETE FROM job_to_notify WHERE job = ANY (?)", ids);
        session.update("DELETE FROM notification WHERE job = ANY (?)", ids);
        session.update("DELETE FROM secret WHERE job = ANY (?)", ids);
        IndexWriter.remove(session, ids);
    }

    @Override
    public CompletionStage<Calls> removeCalls(Instant until, @Nullable JobId after, int most) {
        return alone(new Calls(0, null), session -> {
            int operations = session.update(
                    "DELETE FROM operation WHERE id IN"
                            + " (SELECT id FROM operation WHERE done_at <= ? ORDER BY done_at LIMIT ?)",
                    until,
                    most);
            session.update(FORGOTTEN_SECRETS, until, most);
            UUID from = after == null ? Sql.BEFORE_ALL : after.value();
            // Whatever a call may be about has an id that tells when it was made.
            List<JobId> page = session.query(
                    row -> Sql.id(row, "id"),
                    "SELECT id FROM request WHERE id > ? AND id < ? ORDER BY id LIMIT ?",
                    from,
                    UuidCreator.getTimeOrderedEpochMin(until),
                    most);
            if (page.isEmpty()) return new Calls(operations, null);
            JobId last = page.getLast();
            int calls = session.update("""
                    DELETE FROM request r WHERE r.id > ? AND r.id <= ? AND r.at <= ?
                    AND NOT EXISTS (SELECT FROM job j WHERE j.id = r.id)
                    AND NOT EXISTS (SELECT FROM operation o WHERE o.id = r.id)
                    """, from, last, until);
            return new Calls(operations + calls, page.size() < most ? null : last);
        });
    }

    /** In a transaction, unless somebody else is at it. */
    private <T> CompletionStage<T> alone(T nothing, Sql.Work<T> work) {
        return sql.transaction(session -> {
            boolean alone = session.query(row -> row.getBoolean(1), "SELECT pg_try_advisory_xact_lock(?)", LOCK)
                    .getFirst();
            return alone ? work.on(session) : nothing;
        });
    }
}
