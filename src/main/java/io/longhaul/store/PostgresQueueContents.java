package io.longhaul.store;

import io.longhaul.entity.QueueContents;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The index as schedulers see it, and what they store themselves. */
public final class PostgresQueueContents implements QueueContents {

    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresQueueContents(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    /** From one name to the next by the index, however many jobs a queue holds. */
    @Override
    public CompletionStage<List<String>> queuesWithWork(@Nullable String after, int limit) {
        return sql.query(row -> row.getString("queue"), """
                WITH RECURSIVE found(queue) AS (
                  (SELECT queue FROM job WHERE place_since IS NOT NULL AND queue > ? ORDER BY queue LIMIT 1)
                  UNION ALL
                  SELECT (SELECT j.queue FROM job j WHERE j.place_since IS NOT NULL AND j.queue > found.queue
                          ORDER BY j.queue LIMIT 1)
                  FROM found WHERE found.queue IS NOT NULL)
                SELECT queue FROM found WHERE queue IS NOT NULL LIMIT ?
                """, after == null ? "" : after, limit);
    }

    @Override
    public CompletionStage<List<Candidate>> candidates(String queue, @Nullable JobId after, int limit) {
        return sql.query(PostgresQueueContents::candidate, """
                SELECT id, owner, priority, next_slice, next_host, place_since, slice_ends_at FROM job
                WHERE queue = ? AND place_since IS NOT NULL AND id > ? ORDER BY id LIMIT ?
                """, queue, after == null ? Sql.BEFORE_ALL : after, limit);
    }

    private static Candidate candidate(ResultSet row) throws SQLException {
        Instant sliceEndsAt = Sql.instantOrNull(row, "slice_ends_at");
        return new Candidate(
                Sql.id(row, "id"),
                new Owner(row.getString("owner")),
                Priority.valueOf(row.getString("priority")),
                row.getLong("next_slice"),
                row.getString("next_host"),
                Sql.instant(row, "place_since"),
                sliceEndsAt != null,
                sliceEndsAt);
    }

    @Override
    public CompletionStage<OptionalInt> backgroundSlots(String queue) {
        return sql.run(session -> session
                .query(
                        row -> row.getInt("background_slots"),
                        "SELECT background_slots FROM queue_setting WHERE queue = ?",
                        queue)
                .stream()
                .mapToInt(slots -> slots)
                .findFirst());
    }

    @Override
    public CompletionStage<Void> setBackgroundSlots(String queue, OptionalInt slots) {
        return slots.isEmpty()
                ? sql.update("DELETE FROM queue_setting WHERE queue = ?", queue)
                : sql.update(
                        "INSERT INTO queue_setting (queue, background_slots) VALUES (?, ?)"
                                + " ON CONFLICT (queue) DO UPDATE SET background_slots = excluded.background_slots",
                        queue,
                        slots.getAsInt());
    }

    @Override
    public CompletionStage<Set<LoggedOff>> loggedOff() {
        return sql.run(session -> Set.copyOf(session.query(
                row -> new LoggedOff(new Owner(row.getString("owner")), Sql.instant(row, "logged_off_since")),
                "SELECT owner, logged_off_since FROM owner_session")));
    }

    /** Who is logged off already has been so since then. */
    @Override
    public CompletionStage<Void> setLoggedOff(Owner owner, Instant at) {
        return sql.update(
                "INSERT INTO owner_session (owner, logged_off_since) VALUES (?, ?) ON CONFLICT (owner) DO NOTHING",
                owner.name(),
                at);
    }

    @Override
    public CompletionStage<Void> setLoggedOn(Owner owner) {
        return sql.update("DELETE FROM owner_session WHERE owner = ?", owner.name());
    }
}
