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
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The table {@code job}, written by columns. */
final class JobRows {
    private static final ObjectWriter SUMMARY = JobTypes.CBOR.writerFor(JobSummary.class);

    /** A column: its name, its type as a parameter, and its value in a row. */
    private record Column(String name, String type, Function<JobRow, @Nullable Object> value) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("id", "uuid", row -> row.id().value()),
            new Column("sequence", "bigint", row -> row.summary().sequence()),
            new Column("owner", "text", row -> row.spec().owner().name()),
            new Column("queue", "text", row -> row.spec().queue()),
            new Column("type", "text", row -> row.spec().type().name()),
            new Column("priority", "text", row -> row.spec().priority().name()),
            new Column("state", "text", row -> row.state().name()),
            new Column("display_name", "text", row -> row.spec().displayName()),
            new Column("terms", "text", row -> arrayLiteral(row.terms())),
            new Column("created_at", "timestamptz", row -> row.summary().times().creation()),
            new Column(
                    "modified_at", "timestamptz", row -> row.summary().times().modification()),
            new Column("due_at", "timestamptz", JobRow::dueAt),
            new Column("place_since", "timestamptz", inPlace(Place::since)),
            new Column("next_slice", "bigint", inPlace(Place::nextSlice)),
            new Column("next_host", "text", inPlace(Place::nextHost)),
            new Column("slice_ends_at", "timestamptz", inPlace(Place::sliceEndsAt)),
            new Column("summary", "bytea", JobRows::summary));

    private static final String UPSERT = "INSERT INTO job (" + names(Column::name) + ") SELECT "
            // An array of arrays would be flattened, so each travels as a text.
            + names(column -> column.name().equals("terms") ? "terms::text[]" : column.name()) + " FROM unnest("
            + names(column -> "?") + ") AS t(" + names(Column::name) + ") ON CONFLICT (id) DO UPDATE SET "
            + names(column -> column.name() + " = excluded." + column.name());

    private JobRows() {}

    static void upsert(Session session, List<JobRow> rows) throws SQLException {
        session.update(
                UPSERT,
                COLUMNS.stream()
                        .map(column -> new ArrayOf(
                                column.type(),
                                rows.stream().map(column.value()).toArray(length -> array(column, length))))
                        .toArray());
    }

    /** The driver takes bytes only in an array of bytes. */
    private static @Nullable Object[] array(Column column, int length) {
        return column.type().equals("bytea") ? new byte[length][] : new Object[length];
    }

    private static String names(Function<Column, String> part) {
        return COLUMNS.stream().map(part).collect(Collectors.joining(", "));
    }

    private static Function<JobRow, @Nullable Object> inPlace(Function<Place, @Nullable Object> value) {
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
