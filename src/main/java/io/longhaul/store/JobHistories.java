package io.longhaul.store;

import io.longhaul.job.JobId;
import io.longhaul.store.JobFolder.Folded;
import io.longhaul.store.Journal.Line;
import io.longhaul.store.Journal.Place;
import io.longhaul.store.Sql.Session;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What has become of all jobs of the journal, one after the other. One thread at a time reads. */
final class JobHistories {
    /** Lines that are read at once. */
    private static final int PAGE = 2000;

    private final long upTo;
    private final long notified;
    private final int batch;

    private final ArrayDeque<Line> read = new ArrayDeque<>();
    private Place place = Place.BEGIN;
    private boolean allRead;
    private long lines;

    /**
     * The journal up to a line after which none comes late.
     *
     * @param notified up to that line it was decided already of what owners are to be told
     * @param batch lines at once; a job's are not torn apart
     */
    JobHistories(long upTo, long notified, int batch) {
        this.upTo = upTo;
        this.notified = notified;
        this.batch = batch;
    }

    /** How many lines were read; not to be asked while they are. */
    long lines() {
        return lines;
    }

    /** The next jobs; none: that was all. */
    Folded next(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        Journal.readByJob(session);
        Folded folded = new Folded(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        long begin = lines;
        for (Line first = peek(session); first != null; first = peek(session)) {
            if (lines - begin >= batch && !isEmpty(folded)) break;
            fold(session, first.job(), folded);
        }
        session.connection().commit();
        session.connection().setAutoCommit(true);
        return folded;
    }

    static boolean isEmpty(Folded folded) {
        return folded.rows().isEmpty() && folded.unreadable().isEmpty();
    }

    private void fold(Session session, @Nullable JobId id, Folded to) throws SQLException {
        JobHistory history = id == null ? null : new JobHistory(id, null, notified);
        for (Line line = peek(session); line != null && Objects.equals(line.job(), id); line = peek(session)) {
            if (history != null) history.follow(line);
            read.remove();
            lines++;
        }
        if (history != null) history.addTo(to);
    }

    /** The next line; null: there is none. */
    private @Nullable Line peek(Session session) throws SQLException {
        if (read.isEmpty() && !allRead) {
            place = Journal.byJob(session, place, upTo, PAGE, read::add);
            allRead = read.isEmpty();
        }
        return read.peek();
    }
}
