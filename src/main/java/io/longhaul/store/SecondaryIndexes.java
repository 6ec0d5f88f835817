package io.longhaul.store;

import io.longhaul.store.Sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * The indexes of the tables {@code job} and {@code job_term} besides their keys. Made at once for a million rows they cost
 * a fraction of what they cost row by row.
 */
final class SecondaryIndexes {
    /** Of a table of a hundred million rows. */
    private static final int MAKING_TAKES_AT_MOST_SECONDS = 6 * 3600;

    private SecondaryIndexes() {}

    /** Drops them and notes how to make them again. */
    static void drop(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        List<String> names = session.query(row -> row.getString("name"), """
                WITH dropped AS (
                  SELECT indexrelid FROM pg_index
                  WHERE indrelid IN ('job'::regclass, 'job_term'::regclass) AND NOT indisunique),
                noted AS (
                  INSERT INTO index_to_make (definition)
                  SELECT pg_get_indexdef(indexrelid) FROM dropped ON CONFLICT DO NOTHING)
                SELECT indexrelid::regclass::text AS name FROM dropped
                """);
        for (String name : names) session.update("DROP INDEX " + name);
        session.connection().commit();
        session.connection().setAutoCommit(true);
    }

    /** Makes those that were dropped, or none. */
    static void make(Session session) throws SQLException {
        List<String> definitions =
                session.query(row -> row.getString("definition"), "SELECT definition FROM index_to_make");
        if (definitions.isEmpty()) return;
        Session patient = new Session(session.connection(), MAKING_TAKES_AT_MOST_SECONDS);
        int usual = session.connection().getNetworkTimeout();
        patient.giveUpAfter(Duration.ofSeconds(MAKING_TAKES_AT_MOST_SECONDS));
        session.connection().setAutoCommit(false);
        for (String definition : definitions) patient.update(definition);
        session.update("DELETE FROM index_to_make");
        session.connection().commit();
        session.connection().setAutoCommit(true);
        session.giveUpAfter(Duration.ofMillis(usual));
    }
}
