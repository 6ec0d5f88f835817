package io.longhaul.store;

import io.longhaul.job.JobId;
import io.longhaul.store.JobFolder.Unreadable;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Writes rows of the index, many at once, and with them what is derived from them: terms and counts change by the
 * difference to what the table held before, so that they are always what its rows add up to.
 */
final class IndexWriter {
    private static final String HELD = "id, sequence, queue, owner, type, priority, state, terms";

    private IndexWriter() {}

    /** What the index held of a job. */
    private record Held(JobId id, long sequence, CountKey key, List<String> terms) {
        static Held of(ResultSet row) throws SQLException {
            return new Held(
                    Sql.id(row, "id"),
                    row.getLong("sequence"),
                    new CountKey(
                            row.getString("queue"),
                            row.getString("owner"),
                            row.getString("type"),
                            row.getString("priority"),
                            row.getString("state")),
                    List.of((String[]) row.getArray("terms").getArray()));
        }
    }

    /** By what jobs are counted. */
    private record CountKey(String queue, String owner, String type, String priority, String state) {
        static CountKey of(JobRow row) {
            return new CountKey(
                    row.spec().queue(),
                    row.spec().owner().name(),
                    row.spec().type().name(),
                    row.spec().priority().name(),
                    row.state().name());
        }
    }

    /** Whoever changes several of them does so in their order: then nobody waits for one who waits for him. */
    private record CountRow(CountScope scope, String type, String priority, String state)
            implements Comparable<CountRow> {
        private static final Comparator<CountRow> ORDER = Comparator.comparing(
                        (CountRow row) -> row.scope().scope())
                .thenComparing(row -> row.scope().name())
                .thenComparing(CountRow::type)
                .thenComparing(CountRow::priority)
                .thenComparing(CountRow::state);

        @Override
        public int compareTo(CountRow other) {
            return ORDER.compare(this, other);
        }
    }

    private record TermRow(String term, UUID id) {}

    /** Rows that are in the index already, or newer ones, are passed over. */
    static void write(Session session, Collection<JobRow> rows) throws SQLException {
        if (rows.isEmpty()) return;
        Map<JobId, Held> held = held(session, rows);
        List<JobRow> fresh = rows.stream()
                .filter(row -> !held.containsKey(row.id())
                        || held.get(row.id()).sequence() < row.summary().sequence())
                .toList();
        if (fresh.isEmpty()) return;
        JobRows.upsert(session, fresh);
        writeTerms(session, fresh, held);
        writeCounts(session, fresh, held);
    }

    /** As {@link #write}, where the index holds none of these jobs. */
    static void writeNew(Session session, List<JobRow> rows) throws SQLException {
        if (rows.isEmpty()) return;
        JobRows.insert(session, rows);
        writeTerms(session, rows, Map.of());
        writeCounts(session, rows, Map.of());
    }

    /** Takes jobs out of the index. The counts come last, for the writer of the index waits for them. */
    static void remove(Session session, ArrayOf ids) throws SQLException {
        List<Held> removed = session.query(Held::of, "DELETE FROM job WHERE id = ANY (?) RETURNING " + HELD, ids);
        List<TermRow> terms = new ArrayList<>();
        Map<CountRow, Long> changes = new TreeMap<>();
        for (Held job : removed) {
            for (String term : job.terms()) terms.add(new TermRow(term, job.id().value()));
            count(changes, job.key(), -1);
        }
        removeTerms(session, terms);
        session.update("DELETE FROM unreadable_job WHERE id = ANY (?)", ids);
        writeCounts(session, changes);
    }

    private static Map<JobId, Held> held(Session session, Collection<JobRow> rows) throws SQLException {
        Object[] ids = rows.stream().map(row -> row.id().value()).toArray();
        Map<JobId, Held> held = new HashMap<>();
        for (Held job :
                session.query(Held::of, "SELECT " + HELD + " FROM job WHERE id = ANY (?)", new ArrayOf("uuid", ids)))
            held.put(job.id(), job);
        return held;
    }

    private static void writeTerms(Session session, List<JobRow> rows, Map<JobId, Held> held) throws SQLException {
        List<TermRow> gone = new ArrayList<>();
        List<TermRow> added = new ArrayList<>();
        for (JobRow row : rows) {
            Held job = held.get(row.id());
            List<String> before = job == null ? List.of() : job.terms();
            if (before.equals(row.terms())) continue;
            for (String term : before)
                if (!row.terms().contains(term))
                    gone.add(new TermRow(term, row.id().value()));
            for (String term : row.terms())
                if (!before.contains(term)) added.add(new TermRow(term, row.id().value()));
        }
        removeTerms(session, gone);
        if (!added.isEmpty())
            session.update("INSERT INTO job_term (term, id) SELECT * FROM unnest(?, ?)", terms(added), ids(added));
    }

    private static void removeTerms(Session session, List<TermRow> rows) throws SQLException {
        if (!rows.isEmpty())
            session.update(
                    "DELETE FROM job_term WHERE (term, id) IN (SELECT * FROM unnest(?, ?))", terms(rows), ids(rows));
    }

    private static ArrayOf terms(List<TermRow> rows) {
        return new ArrayOf("text", rows.stream().map(TermRow::term).toArray(String[]::new));
    }

    private static ArrayOf ids(List<TermRow> rows) {
        return new ArrayOf("uuid", rows.stream().map(TermRow::id).toArray());
    }

    private static void writeCounts(Session session, List<JobRow> rows, Map<JobId, Held> held) throws SQLException {
        Map<CountRow, Long> changes = new TreeMap<>();
        for (JobRow row : rows) {
            Held job = held.get(row.id());
            CountKey after = CountKey.of(row);
            if (job != null && job.key().equals(after)) continue;
            if (job != null) count(changes, job.key(), -1);
            count(changes, after, 1);
        }
        writeCounts(session, changes);
    }

    private static void writeCounts(Session session, Map<CountRow, Long> changes) throws SQLException {
        changes.values().removeIf(change -> change == 0);
        if (changes.isEmpty()) return;
        List<CountRow> changed = List.copyOf(changes.keySet());
        session.update(
                """
                INSERT INTO job_count AS c (scope, name, type, priority, state, jobs)
                SELECT * FROM unnest(?, ?, ?, ?, ?, ?)
                ON CONFLICT (scope, name, type, priority, state) DO UPDATE SET jobs = c.jobs + excluded.jobs
                """,
                counts(
                        changed,
                        new ArrayOf("bigint", changed.stream().map(changes::get).toArray())));
        List<CountRow> fallen = changed.stream()
                .filter(row -> changes.getOrDefault(row, 0L) < 0)
                .toList();
        if (!fallen.isEmpty()) session.update("""
                    DELETE FROM job_count WHERE jobs = 0
                    AND (scope, name, type, priority, state) IN (SELECT * FROM unnest(?, ?, ?, ?, ?))
                    """, counts(fallen));
    }

    private static void count(Map<CountRow, Long> changes, CountKey key, long jobs) {
        for (CountScope scope : List.of(CountScope.ALL, CountScope.queue(key.queue()), CountScope.owner(key.owner())))
            changes.merge(new CountRow(scope, key.type(), key.priority(), key.state()), jobs, Long::sum);
    }

    private static Object[] counts(List<CountRow> rows, ArrayOf... further) {
        List<Object> columns = new ArrayList<>(List.of(
                new ArrayOf(
                        "text", rows.stream().map(row -> row.scope().scope()).toArray()),
                new ArrayOf("text", rows.stream().map(row -> row.scope().name()).toArray()),
                new ArrayOf("text", rows.stream().map(CountRow::type).toArray()),
                new ArrayOf("text", rows.stream().map(CountRow::priority).toArray()),
                new ArrayOf("text", rows.stream().map(CountRow::state).toArray())));
        columns.addAll(List.of(further));
        return columns.toArray();
    }

    /** Puts jobs out of order: what the index held of them stays to be seen, and nobody wakes or runs them. */
    static void writeUnreadable(Session session, Collection<Unreadable> jobs) throws SQLException {
        for (Unreadable job : jobs) {
            session.update(
                    "INSERT INTO unreadable_job (id, sequence, problem) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    job.id(),
                    job.sequence(),
                    job.problem().replace('\0', ' '));
            session.update("""
                    UPDATE job SET due_at = NULL, place_since = NULL, next_slice = NULL, next_host = NULL,
                      slice_ends_at = NULL WHERE id = ?
                    """, job.id());
        }
    }
}
