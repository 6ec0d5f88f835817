package io.longhaul.store;

import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.store.FreshSteps.Fresh;
import io.longhaul.store.Journal.Line;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Folds lines of the journal into jobs. What an actor of this node has just done it need not read again, and a job
 * that neither it nor an actor remembers it folds from its beginning.
 */
final class JobFolder {
    /** A job's history cannot be read, or makes no sense, from this event on. */
    record Unreadable(JobId id, long sequence, String problem) {}

    /** What has become of the jobs that the lines are about. */
    record Folded(List<Job> jobs, List<JobRow> rows, List<NotificationRow> notifications, List<Unreadable> unreadable) {
        static final Folded NOTHING = new Folded(List.of(), List.of(), List.of(), List.of());
    }

    private final JobCache cache;
    private final FreshSteps fresh;

    JobFolder(JobCache cache, FreshSteps fresh) {
        this.cache = cache;
        this.fresh = fresh;
    }

    /**
     * The jobs after these lines.
     *
     * @param session in a transaction
     * @param from the line before the first one
     * @param notified up to that line it was decided already of what owners are to be told
     */
    Folded fold(Session session, List<Line> lines, long from, long notified) throws SQLException {
        Map<JobId, List<Line>> byJob = new LinkedHashMap<>();
        for (Line line : lines) {
            if (line.job() != null)
                byJob.computeIfAbsent(line.job(), any -> new ArrayList<>()).add(line);
        }
        Known known = known(session, byJob, from);
        Folded folded = new Folded(
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(known.unreadable.values()));
        byJob.forEach((id, happened) -> {
            if (!known.isReadable(id)) return;
            JobHistory history = new JobHistory(id, known.jobs.get(id), notified);
            Fresh here = known.fresh.get(id);
            for (Line line : happened) history.follow(line, here == null ? null : here.step(line.sequence()));
            history.addTo(folded);
        });
        return folded;
    }

    /** Remembers these for the next lines. */
    void keep(Folded folded) {
        folded.jobs().forEach(cache::put);
        folded.unreadable().forEach(gone -> cache.remove(gone.id()));
    }

    void forget(Collection<JobId> jobs) {
        jobs.forEach(cache::remove);
    }

    void forgetAll() {
        cache.clear();
    }

    /** The jobs as they were before the lines, as far as they existed. */
    private static final class Known {
        private final Map<JobId, Job> jobs = new HashMap<>();
        private final Map<JobId, Fresh> fresh = new HashMap<>();
        private final Map<JobId, Unreadable> unreadable = new HashMap<>();
        private final Set<JobId> unreadableBefore = new HashSet<>();

        boolean isReadable(JobId id) {
            return !unreadable.containsKey(id) && !unreadableBefore.contains(id);
        }

        void follow(Line line) {
            JobId id = line.job();
            if (id == null || unreadable.containsKey(id)) return;
            try {
                jobs.put(id, line.follow(jobs.get(id), id).after());
            } catch (RuntimeException damaged) {
                unreadable.put(id, new Unreadable(id, line.sequence(), damaged.toString()));
            }
        }
    }

    private Known known(Session session, Map<JobId, List<Line>> byJob, long from) throws SQLException {
        Known known = new Known();
        Set<JobId> unknown = new HashSet<>();
        byJob.forEach((id, lines) -> {
            Job remembered = cache.get(id);
            long first = lines.getFirst().sequence();
            Fresh here = fresh.take(id, first, lines.getLast().sequence());
            if (here != null) known.fresh.put(id, here);
            if (remembered != null && first <= remembered.sequence() + 1) known.jobs.put(id, remembered);
            else if (first > 1) unknown.add(id);
        });
        if (unknown.isEmpty()) return known;
        known.unreadableBefore.addAll(unreadable(session, unknown));
        unknown.removeAll(known.unreadableBefore);
        unknown.removeIf(job -> {
            Fresh here = known.fresh.get(job);
            if (here == null || here.before() == null) return false;
            known.jobs.put(job, here.before());
            return true;
        });
        if (!unknown.isEmpty()) Journal.histories(session, unknown, from, known::follow);
        return known;
    }

    private static List<JobId> unreadable(Session session, Collection<JobId> ids) throws SQLException {
        return session.query(
                row -> Sql.id(row, "id"),
                "SELECT id FROM unreadable_job WHERE id = ANY (?)",
                new ArrayOf("uuid", ids.stream().map(JobId::value).toArray()));
    }
}
