package io.longhaul.store;

import io.longhaul.entity.JobHistory;
import io.longhaul.entity.Step;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.store.Journal.Line;
import io.longhaul.store.Sql.Session;
import java.io.NotSerializableException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal as readers of histories see it. The state after each event comes from folding the job from its beginning,
 * so a page costs what lies before it, too.
 */
public final class PostgresHistory implements JobHistory {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresHistory.class);

    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresHistory(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<List<Entry>> events(JobId id, long after, int limit) {
        return sql.run(session -> {
            List<Long> last = session.query(
                    row -> row.getLong("ordering"),
                    "SELECT ordering FROM event_journal WHERE persistence_id = ? AND sequence_number <= ?"
                            + " ORDER BY sequence_number DESC LIMIT 1",
                    Journal.persistenceId(id),
                    after > Long.MAX_VALUE - limit ? Long.MAX_VALUE : after + limit);
            return last.isEmpty()
                    ? List.of()
                    : told(session, Set.of(id), last.getFirst()).stream()
                            .map(Told::entry)
                            .filter(entry -> entry.sequence() > after)
                            .toList();
        });
    }

    @Override
    public CompletionStage<Optional<Job>> at(JobId id, Instant then) {
        return sql.run(session -> {
            Past past = new Past(id, then);
            Journal.history(session, id, past::follow);
            return Optional.ofNullable(past.job);
        });
    }

    /** A job, as far as it had come. */
    private static final class Past {
        private final JobId id;
        private final Instant then;
        private @Nullable Job job;
        private boolean over;

        Past(JobId id, Instant then) {
            this.id = id;
            this.then = then;
        }

        void follow(Line line) {
            if (over || line.job() == null) return;
            over = isOver(line);
            if (!over) job = line.follow(job, id).after();
        }

        private boolean isOver(Line line) {
            try {
                return line.recorded().at().isAfter(then);
            } catch (NotSerializableException unreadable) {
                return false; // to follow it says so
            }
        }
    }

    @Override
    public CompletionStage<Long> last() {
        return sql.run(Journal::last);
    }

    @Override
    public CompletionStage<Optional<Long>> number(JobId id, long sequence) {
        return sql.run(session -> session
                .query(
                        row -> row.getLong("ordering"),
                        "SELECT ordering FROM event_journal WHERE persistence_id = ? AND sequence_number = ?"
                                + " AND NOT deleted",
                        Journal.persistenceId(id),
                        sequence)
                .stream()
                .findFirst());
    }

    @Override
    public CompletionStage<List<Numbered>> order(long after, int limit) {
        return sql.run(session -> Journal.order(session, after, limit));
    }

    @Override
    public CompletionStage<List<Told>> read(List<Numbered> events) {
        if (events.isEmpty()) return CompletableFuture.completedStage(List.of());
        Map<JobId, Set<Long>> wanted = new HashMap<>();
        for (Numbered event : events)
            wanted.computeIfAbsent(event.id(), none -> new HashSet<>()).add(event.sequence());
        long upTo = events.stream().mapToLong(Numbered::number).max().orElseThrow();
        return sql.run(session -> told(session, wanted.keySet(), upTo).stream()
                .filter(told -> wanted.getOrDefault(told.job().id(), Set.of())
                        .contains(told.entry().sequence()))
                .toList());
    }

    /** All that has happened to these jobs up to a line; of a damaged history, what comes before the damage. */
    private static List<Told> told(Session session, Set<JobId> ids, long upTo) throws SQLException {
        List<Told> told = new ArrayList<>();
        Map<JobId, Job> jobs = new HashMap<>();
        Set<JobId> damaged = new HashSet<>();
        session.connection().setAutoCommit(false);
        try {
            Journal.histories(session, ids, upTo, line -> {
                JobId id = line.job();
                if (id == null || damaged.contains(id)) return;
                try {
                    Step step = line.follow(jobs.get(id), id);
                    Job job = step.after();
                    jobs.put(id, job);
                    told.add(new Told(
                            job,
                            new Entry(
                                    id,
                                    line.sequence(),
                                    step.recorded(),
                                    job.state().name())));
                } catch (RuntimeException nonsense) {
                    damaged.add(id);
                    LOG.warn("The history of job {} cannot be used from event {} on", id, line.sequence(), nonsense);
                }
            });
        } finally {
            session.connection().rollback();
            session.connection().setAutoCommit(true);
        }
        return told;
    }
}
