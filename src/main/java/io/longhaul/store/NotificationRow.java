package io.longhaul.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.longhaul.codec.JobTypes;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.Notifications.News;
import io.longhaul.entity.Step;
import io.longhaul.job.Job;
import io.longhaul.job.Notification;
import io.longhaul.job.Recorded;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

/** What an owner is to be told of one event, as it is written when the event comes to the index. */
record NotificationRow(long sequence, Notification what, Instant at, News news) {
    /** For {@code file_index}: it is about the job as a whole. */
    static final int NO_FILE = -1;

    private static final ObjectWriter NEWS = JobTypes.CBOR.writerFor(News.class);

    private static final String INSERT = """
            INSERT INTO notification AS n (job, sequence, event, file_index, parts, at, news)
            SELECT job, sequence, event, file_index, parts::bigint[], 'epoch'::timestamptz + at * interval '1 microsecond', news
            FROM unnest(?, ?, ?, ?, ?, ?, ?) AS t(job, sequence, event, file_index, parts, at, news)
            """;

    /** Adds what follows from an event. What is made often is told as one. */
    static void add(List<NotificationRow> to, Job before, Step step) {
        Recorded recorded = step.recorded();
        Job after = step.after();
        for (Notification what : Notification.of(before, recorded.event(), after)) {
            JobFile file = what.fileIndex() == null ? null : after.files().get(what.fileIndex());
            News news = new News(JobSummary.of(after), file);
            NotificationRow row = new NotificationRow(after.sequence(), what, recorded.at(), news);
            int earlier = what.event().isFrequent() ? earlier(to, what) : -1;
            if (earlier < 0) to.add(row);
            else to.set(earlier, to.get(earlier).with(row));
        }
    }

    private static int earlier(List<NotificationRow> rows, Notification what) {
        for (int i = 0; i < rows.size(); i++) {
            Notification other = rows.get(i).what();
            if (other.event() == what.event() && Objects.equals(other.fileIndex(), what.fileIndex())) return i;
        }
        return -1;
    }

    /** Keeps its place in the order, and tells of the later one too. */
    private NotificationRow with(NotificationRow later) {
        List<ByteRange> parts = new ArrayList<>(what.parts());
        parts.addAll(later.what().parts());
        return new NotificationRow(
                sequence, new Notification(what.event(), what.fileIndex(), parts), later.at(), later.news());
    }

    /** Writes them, in the transaction of the batch that they come from. */
    static void write(Session session, List<NotificationRow> rows) throws SQLException {
        if (rows.isEmpty()) return;
        insert(
                session,
                rows.stream().filter(row -> !row.what().event().isFrequent()).toList(),
                "ON CONFLICT DO NOTHING");
        insert(
                session,
                rows.stream().filter(row -> row.what().event().isFrequent()).toList(),
                """
                ON CONFLICT (job, event, file_index)
                  WHERE state = 'PENDING' AND attempts = 0 AND event IN ('JOB_MODIFICATION', 'FILE_RANGES_TRANSFERRED')
                DO UPDATE SET at = excluded.at, news = excluded.news,
                  parts = n.parts || excluded.parts
                """);
        // To update locks the row: whoever is just telling the last of a job's waits, and then sees these. Both
        // take jobs in one order.
        session.update(
                """
                INSERT INTO job_to_notify AS j (job, owner, due_at)
                SELECT job, min(owner), 'epoch'::timestamptz + min(at) * interval '1 microsecond'
                FROM unnest(?, ?, ?) AS t(job, owner, at) GROUP BY job ORDER BY job
                ON CONFLICT (job) DO UPDATE SET owner = excluded.owner
                """,
                ids(rows),
                new ArrayOf(
                        "text",
                        rows.stream()
                                .map(row -> row.news().job().spec().owner().name())
                                .toArray(String[]::new)),
                times(rows));
    }

    private static void insert(Session session, List<NotificationRow> rows, String onConflict) throws SQLException {
        if (rows.isEmpty()) return;
        session.update(
                INSERT + onConflict,
                ids(rows),
                new ArrayOf("int8", rows.stream().map(NotificationRow::sequence).toArray(Long[]::new)),
                new ArrayOf(
                        "text",
                        rows.stream().map(row -> row.what().event().name()).toArray(String[]::new)),
                new ArrayOf(
                        "int4", rows.stream().map(NotificationRow::fileIndex).toArray(Integer[]::new)),
                new ArrayOf("text", rows.stream().map(NotificationRow::parts).toArray(String[]::new)),
                times(rows),
                new ArrayOf("bytea", rows.stream().map(NotificationRow::bytes).toArray(byte[][]::new)));
    }

    private static ArrayOf ids(List<NotificationRow> rows) {
        return new ArrayOf(
                "uuid", rows.stream().map(row -> row.news().job().id().value()).toArray(UUID[]::new));
    }

    private static ArrayOf times(List<NotificationRow> rows) {
        return new ArrayOf(
                "int8",
                rows.stream()
                        .map(row -> ChronoUnit.MICROS.between(Instant.EPOCH, row.at()))
                        .toArray(Long[]::new));
    }

    /** As PostgreSQL writes an array: an array of arrays would be flattened. */
    private String parts() {
        return what.parts().stream()
                .map(part -> part.initialOffset() + "," + part.length())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private Integer fileIndex() {
        return what.fileIndex() == null ? NO_FILE : what.fileIndex();
    }

    private byte[] bytes() {
        try {
            return NEWS.writeValueAsBytes(news);
        } catch (JsonProcessingException cannot) {
            throw new UncheckedIOException(cannot);
        }
    }
}
