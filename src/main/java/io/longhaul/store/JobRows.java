package io.longhaul.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.longhaul.codec.JobTypes;
import io.longhaul.entity.JobSummary;
import io.longhaul.store.JobRow.Place;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table {@code job}, written by columns. */
final class JobRows {
    private static final ObjectWriter SUMMARY = JobTypes.CBOR.writerFor(JobSummary.class);

    /**
     * A column: its name, its type as a parameter, and its value in a row.
     *
     * @param expression what a parameter of it means in the table
     * @param array of the type of its values: the driver sends those of a known type in binary form
     */
    private record Column(
            String name,
            String type,
            String expression,
            IntFunction<@Nullable Object[]> array,
            Function<JobRow, @Nullable Object> value) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("id", "uuid", "id", UUID[]::new, row -> row.id().value()),
            bigint("sequence", row -> row.summary().sequence()),
            text("owner", row -> row.spec().owner().name()),
            text("queue", row -> row.spec().queue()),
            text("type", row -> row.spec().type().name()),
            text("priority", row -> row.spec().priority().name()),
            text("state", row -> row.state().name()),
            text("display_name", row -> row.spec().displayName()),
            // An array of arrays would be flattened, so each travels as a text.
            new Column("terms", "text", "terms::text[]", String[]::new, row -> arrayLiteral(row.terms())),
            time("created_at", row -> row.summary().times().creation()),
            time("modified_at", row -> row.summary().times().modification()),
            time("due_at", JobRow::dueAt),
            time("place_since", inPlace(Place::since)),
            bigint("next_slice", inPlace(Place::nextSlice)),
            text("next_host", inPlace(Place::nextHost)),
            time("slice_ends_at", inPlace(Place::sliceEndsAt)),
            new Column("summary", "bytea", "summary", byte[][]::new, JobRows::summary));

    private static final String INSERT = "INSERT INTO job (" + names(Column::name) + ") SELECT "
            + names(Column::expression) + " FROM unnest("
            + names(column -> "?") + ") AS t(" + names(Column::name) + ")";

    private static final String UPSERT = INSERT + " ON CONFLICT (id) DO UPDATE SET "
            + names(column -> column.name() + " = excluded." + column.name());

    private JobRows() {}

    static void upsert(Session session, List<JobRow> rows) throws SQLException {
        session.update(UPSERT, columns(rows));
    }

    /** Of jobs that are not in it. */
    static void insert(Session session, List<JobRow> rows) throws SQLException {
        session.update(INSERT, columns(rows));
    }

    private static Object[] columns(List<JobRow> rows) {
        return COLUMNS.stream()
                .map(column -> new ArrayOf(
                        column.type(), rows.stream().map(column.value()).toArray(column.array())))
                .toArray();
    }

    private static Column text(String name, Function<JobRow, @Nullable Object> value) {
        return new Column(name, "text", name, String[]::new, value);
    }

    private static Column bigint(String name, Function<JobRow, @Nullable Object> value) {
        return new Column(name, "int8", name, Long[]::new, value);
    }

    /** As microseconds since 1970: what the journal keeps, and no text to be made and read. */
    private static Column time(String name, Function<JobRow, @Nullable Instant> value) {
        return new Column(
                name, "int8", "'epoch'::timestamptz + " + name + " * interval '1 microsecond'", Long[]::new, row -> {
                    Instant at = value.apply(row);
                    return at == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, at);
                });
    }

    private static String names(Function<Column, String> part) {
        return COLUMNS.stream().map(part).collect(Collectors.joining(", "));
    }

    private static <T> Function<JobRow, @Nullable T> inPlace(Function<Place, @Nullable T> value) {
        return row -> row.place() == null ? null : value.apply(row.place());
    }

    private static byte[] summary(JobRow row) {
        try {
            return SUMMARY.writeValueAsBytes(row.summary());
        } catch (JsonProcessingException cannot) {
            throw new UncheckedIOException(cannot);
        }
    }

    /** As PostgreSQL writes an array. */
    static String arrayLiteral(List<String> elements) {
        return elements.stream()
                .map(element -> "\"" + element.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }
}
