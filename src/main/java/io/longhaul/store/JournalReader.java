package io.longhaul.store;

import io.longhaul.store.Journal.Line;
import io.longhaul.store.Sql.Session;
import java.sql.Array;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal from its beginning to its end and misses nothing. Lines get their numbers before they are
 * committed, so a number that is not there may still come: a transaction that is under way may have it, or one that was
 * rolled back had it.
 *
 * <p>At such a gap the reader stops, and asks which transactions are writing to the journal at all: one that has the
 * missing number holds the lock of every INSERT on the table since before it drew the number, and gives it back only
 * once its rows can be seen. When they have all ended, what is not there by then never comes. (Waiting for
 * {@code pg_snapshot_xmin} instead would not do: a transaction draws its first number before it has an id; and a long
 * one that has nothing to do with the journal would hold everything up.) Removing old lines takes the same lock; such a
 * transaction draws no number and is known by a lock of its own, so nobody waits for it.
 */
final class JournalReader {
    /**
     * @param complete whether there is nothing more for now; else there is a further batch, or a gap
     * @param gap whether what follows may still change
     */
    record Batch(List<Line> lines, boolean complete, boolean gap) {}

    /** Once these transactions have ended, nothing up to this line is outstanding. */
    private record Horizon(long upTo, Set<String> writers) {}

    private long settled;
    private @Nullable Horizon horizon;

    /** The lines after that one up to the first gap, at most {@code limit}. */
    Batch after(Session session, long ordering, int limit) throws SQLException {
        settle(session);
        List<Line> lines = Journal.after(session, ordering, limit);
        long expected = ordering + 1;
        for (int i = 0; i < lines.size(); i++) {
            long number = lines.get(i).ordering();
            if (number != expected && number > settled) {
                if (horizon == null) horizon = now(session);
                return new Batch(lines.subList(0, i), false, true);
            }
            expected = number + 1;
        }
        return new Batch(lines, lines.size() < limit, false);
    }

    private void settle(Session session) throws SQLException {
        if (horizon == null) return;
        for (String writer : now(session).writers()) if (horizon.writers().contains(writer)) return;
        settled = horizon.upTo();
        horizon = null;
    }

    /** The rows are seen as they were before the locks are looked at, which the reasoning above needs. */
    private static Horizon now(Session session) throws SQLException {
        return session.query(
                        row -> new Horizon(row.getLong("up_to"), texts(row.getArray("writers"))),
                        """
                        SELECT coalesce((SELECT max(ordering) FROM event_journal), 0) AS up_to,
                               array(SELECT virtualtransaction FROM pg_locks
                                     WHERE locktype = 'relation' AND relation = 'event_journal'::regclass
                                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                                       AND mode = 'RowExclusiveLock' AND granted
                                       AND virtualtransaction NOT IN (
                                         SELECT virtualtransaction FROM pg_locks
                                         WHERE locktype = 'advisory' AND (classid::bigint << 32 | objid::bigint) = ?
                                           AND database =
                                             (SELECT oid FROM pg_database WHERE datname = current_database())
                                           AND granted)) AS writers
                        """,
                        PostgresExpired.LOCK)
                .getFirst();
    }

    private static Set<String> texts(Array array) throws SQLException {
        return Set.of((String[]) array.getArray());
    }
}
