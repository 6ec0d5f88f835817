package io.longhaul.store;

import io.longhaul.codec.JobTypes;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.NotificationKey;
import io.longhaul.entity.Notifications;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec.Notify;
import io.longhaul.job.JobSpec.NotifyEvent;
import io.longhaul.job.file.ByteRange;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What owners are to be told, on disk. The writer of the index adds to it ({@link NotificationRow}); who tells holds the
 * row of its job in {@code job_to_notify} for as long as that takes.
 */
public final class PostgresNotifications implements Notifications {
    /** "Notify" as a number: one round at a time, so that the limit for an owner holds whoever counts. */
    private static final long LOCK = 0x4E6F_7469_6679L;

    /** A round looks at so many owners at most. */
    private static final int OWNERS = 500;

    private static final String ENTRIES = "SELECT n.*, CASE WHEN n.state = 'PENDING' THEN j.due_at END AS due_at"
            + " FROM notification AS n LEFT JOIN job_to_notify AS j ON j.job = n.job";

    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresNotifications(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<Round> take(@Nullable String after, Instant now, Instant until, int perOwner, int most) {
        return sql.transaction(session -> {
            boolean alone = session.query(row -> row.getBoolean(1), "SELECT pg_try_advisory_xact_lock(?)", LOCK)
                    .getFirst();
            if (!alone) return new Round(List.of(), after);
            List<Waiting> owners = owners(session, after == null ? "" : after, now);
            List<Object> due = jobs(
                    session,
                    owners.stream().filter(Waiting::due).map(Waiting::owner).toList(),
                    now,
                    perOwner,
                    most);
            List<Delivery> deliveries = due.isEmpty() ? List.of() : heads(session, due, now, until);
            return new Round(
                    deliveries, owners.size() < OWNERS ? null : owners.getLast().owner());
        });
    }

    private record Waiting(String owner, boolean due) {}

    /** From one owner to the next by the index, however much each of them has. */
    private static List<Waiting> owners(Session session, String after, Instant now) throws SQLException {
        return session.query(
                row -> new Waiting(row.getString("owner"), row.getBoolean("due")), """
                WITH RECURSIVE waiting AS (
                  (SELECT owner, due_at, 1 AS number FROM job_to_notify WHERE owner > ?
                   ORDER BY owner, due_at LIMIT 1)
                  UNION ALL
                  SELECT next.owner, next.due_at, waiting.number + 1 FROM waiting CROSS JOIN LATERAL (
                    SELECT owner, due_at FROM job_to_notify WHERE owner > waiting.owner
                    ORDER BY owner, due_at LIMIT 1) AS next
                  WHERE waiting.number < ?)
                SELECT owner, due_at <= ? AS due FROM waiting
                """, after, OWNERS, now);
    }

    /** Locked in the order in which the writer of the index locks them; those that it has just now come next time. */
    private static List<Object> jobs(Session session, List<String> owners, Instant now, int perOwner, int most)
            throws SQLException {
        if (owners.isEmpty()) return List.of();
        List<Object> found = session.query(
                row -> row.getObject("job"),
                """
                SELECT next.job FROM unnest(?) AS o(owner) CROSS JOIN LATERAL (
                  SELECT job, due_at FROM job_to_notify AS j WHERE j.owner = o.owner AND j.due_at <= ?
                  ORDER BY j.due_at
                  LIMIT greatest(0, ? - (SELECT count(*) FROM job_to_notify AS h
                                         WHERE h.owner = o.owner AND h.held_until > ?))) AS next
                ORDER BY next.due_at LIMIT ?
                """,
                new ArrayOf("text", owners.toArray(String[]::new)),
                now,
                perOwner,
                now,
                most);
        return found.isEmpty()
                ? List.of()
                : session.query(
                        row -> row.getObject("job"),
                        "SELECT job FROM job_to_notify WHERE job = ANY (?) AND due_at <= ? ORDER BY job"
                                + " FOR UPDATE SKIP LOCKED",
                        uuids(found),
                        now);
    }

    /**
     * The first of each job that is still to be told.
     *
     * @param last when something of the kind was told last; null: never
     */
    private record Head(
            NotificationKey key,
            Instant at,
            News news,
            List<ByteRange> parts,
            JobSummary job,
            int attempts,
            @Nullable String failure,
            @Nullable Instant last) {
        /** What is made often is not told again before its interval is over. */
        @Nullable
        Instant postponed(Instant now) {
            Notify notify = job.spec().notification();
            if (last == null || notify == null || attempts > 0 || !key.event().isFrequent()) return null;
            Instant earliest = last.plus(notify.interval());
            return earliest.isAfter(now) ? earliest : null;
        }

        Delivery delivery() {
            return new Delivery(key, at, news, parts, job, attempts + 1, failure);
        }
    }

    private static List<Delivery> heads(Session session, List<Object> jobs, Instant now, Instant until)
            throws SQLException {
        List<Head> heads = session.query(PostgresNotifications::head, """
                SELECT n.*, j.summary,
                  (SELECT max(o.attempted_at) FROM notification AS o
                   WHERE o.job = n.job AND o.event = n.event AND o.file_index = n.file_index) AS last
                FROM unnest(?) AS t(job) CROSS JOIN LATERAL (
                  SELECT * FROM notification AS p WHERE p.job = t.job AND p.state = 'PENDING'
                  ORDER BY p.sequence, p.event LIMIT 1) AS n
                LEFT JOIN job AS j ON j.id = n.job
                """, uuids(jobs));
        List<Delivery> taken = new ArrayList<>();
        Set<Object> without = new HashSet<>(jobs);
        for (Head head : heads) {
            without.remove(head.key().job().value());
            Instant later = head.postponed(now);
            if (later == null) taken.add(head.delivery());
            session.update(
                    "UPDATE job_to_notify SET due_at = ?, held_until = ? WHERE job = ?",
                    later == null ? until : later,
                    later == null ? until : null,
                    head.key().job());
            if (later == null)
                session.update(
                        "UPDATE notification SET attempts = attempts + 1, attempted_at = ?"
                                + " WHERE job = ? AND sequence = ? AND event = ?",
                        now,
                        head.key().job(),
                        head.key().sequence(),
                        head.key().event().name());
        }
        if (!without.isEmpty())
            session.update("DELETE FROM job_to_notify WHERE job = ANY (?)", uuids(List.copyOf(without)));
        return taken;
    }

    private static ArrayOf uuids(List<Object> ids) {
        return new ArrayOf("uuid", ids.toArray());
    }

    private static Head head(ResultSet row) throws SQLException {
        News news = read(row.getBytes("news"), News.class);
        byte[] summary = row.getBytes("summary");
        return new Head(
                key(row),
                Sql.instant(row, "at"),
                news,
                parts(row),
                summary == null ? news.job() : read(summary, JobSummary.class),
                row.getInt("attempts"),
                row.getString("answer"),
                Sql.instantOrNull(row, "last"));
    }

    /** Those that follow one another are one. */
    private static List<ByteRange> parts(ResultSet row) throws SQLException {
        Long[] numbers = (Long[]) row.getArray("parts").getArray();
        List<ByteRange> parts = new ArrayList<>();
        for (int i = 0; i < numbers.length; i += 2) {
            ByteRange last = parts.isEmpty() ? null : parts.getLast();
            if (last != null && last.end() == numbers[i])
                parts.set(
                        parts.size() - 1,
                        new ByteRange(last.initialOffset(), numbers[i] + numbers[i + 1] - last.initialOffset()));
            else parts.add(new ByteRange(numbers[i], numbers[i + 1]));
        }
        return parts;
    }

    private static <T> T read(byte[] stored, Class<T> type) throws SQLException {
        try {
            return JobTypes.CBOR.readValue(stored, type);
        } catch (IOException unknown) {
            throw new SQLException("What an owner is to be told does not read", unknown);
        }
    }

    private static NotificationKey key(ResultSet row) throws SQLException {
        return new NotificationKey(
                Sql.id(row, "job"), row.getLong("sequence"), NotifyEvent.valueOf(row.getString("event")));
    }

    @Override
    public CompletionStage<Void> settle(NotificationKey key, Outcome outcome) {
        return sql.transaction(session -> {
            if (!lock(session, key.job())) return Sql.nothing();
            int settled = session.update(
                    "UPDATE notification SET state = ?, status = ?, answer = ?"
                            + " WHERE job = ? AND sequence = ? AND event = ? AND state = 'PENDING'",
                    outcome.state().name(),
                    outcome.status(),
                    outcome.answer().replace('\0', ' '),
                    key.job(),
                    key.sequence(),
                    key.event().name());
            // An attempt that took too long, and another one was faster: what is held by now is the next one.
            if (settled == 0) return Sql.nothing();
            if (outcome.due() != null) {
                session.update(
                        "UPDATE job_to_notify SET due_at = ?, held_until = NULL WHERE job = ?",
                        outcome.due(),
                        key.job());
                return Sql.nothing();
            }
            // Of what is made often only the last one is worth remembering.
            if (key.event().isFrequent())
                session.update("""
                        DELETE FROM notification AS n USING notification AS last
                        WHERE last.job = ? AND last.sequence = ? AND last.event = ? AND n.job = last.job
                          AND n.event = last.event AND n.file_index = last.file_index AND n.sequence < last.sequence
                          AND n.state <> 'PENDING'
                        """, key.job(), key.sequence(), key.event().name());
            int next = session.update("""
                    UPDATE job_to_notify AS j SET due_at = n.at, held_until = NULL
                    FROM (SELECT at FROM notification WHERE job = ? AND state = 'PENDING'
                          ORDER BY sequence, event LIMIT 1) AS n
                    WHERE j.job = ?
                    """, key.job(), key.job());
            if (next == 0) session.update("DELETE FROM job_to_notify WHERE job = ?", key.job());
            return Sql.nothing();
        });
    }

    /** Whoever adds to what is to be told of the job waits until this transaction is over. */
    private static boolean lock(Session session, JobId job) throws SQLException {
        return !session.query(row -> true, "SELECT 1 FROM job_to_notify WHERE job = ? FOR UPDATE", job)
                .isEmpty();
    }

    @Override
    public CompletionStage<List<Entry>> ofJob(JobId job, @Nullable NotificationKey after, int limit) {
        return sql.query(
                PostgresNotifications::entry,
                ENTRIES + " WHERE n.job = ? AND (n.sequence, n.event) > (?, ?) ORDER BY n.sequence, n.event LIMIT ?",
                job,
                after == null ? -1L : after.sequence(),
                after == null ? "" : after.event().name(),
                limit);
    }

    private static Entry entry(ResultSet row) throws SQLException {
        int file = row.getInt("file_index");
        return new Entry(
                key(row),
                file == NotificationRow.NO_FILE ? null : Integer.valueOf(file),
                Sql.instant(row, "at"),
                State.valueOf(row.getString("state")),
                row.getInt("attempts"),
                Sql.instantOrNull(row, "attempted_at"),
                row.getObject("status", Integer.class),
                row.getString("answer"),
                Sql.instantOrNull(row, "due_at"));
    }

    @Override
    public CompletionStage<Optional<Entry>> again(NotificationKey key, Instant now) {
        return sql.transaction(session -> {
            Optional<Entry> entry = entry(session, key);
            if (entry.isEmpty() || entry.get().state() == State.DELIVERED) return entry;
            // One that is being told just now is not told twice at once.
            session.update("""
                    INSERT INTO job_to_notify AS j (job, owner, due_at) SELECT id, owner, ? FROM job WHERE id = ?
                    ON CONFLICT (job) DO UPDATE SET due_at = CASE
                      WHEN j.held_until IS NULL OR j.held_until <= excluded.due_at THEN excluded.due_at
                      ELSE j.due_at END
                    """, now, key.job());
            // Without what failed before, it is no repetition
            session.update(
                    "UPDATE notification SET state = 'PENDING', status = NULL, answer = NULL"
                            + " WHERE job = ? AND sequence = ? AND event = ?",
                    key.job(),
                    key.sequence(),
                    key.event().name());
            return entry(session, key);
        });
    }

    private static Optional<Entry> entry(Session session, NotificationKey key) throws SQLException {
        return session
                .query(
                        PostgresNotifications::entry,
                        ENTRIES + " WHERE n.job = ? AND n.sequence = ? AND n.event = ?",
                        key.job(),
                        key.sequence(),
                        key.event().name())
                .stream()
                .findFirst();
    }
}
