package io.longhaul.store;

import akka.NotUsed;
import akka.actor.Scheduler;
import akka.dispatch.Futures;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.jdbc.AkkaSerialization;
import akka.persistence.jdbc.AkkaSerialization.AkkaSerialized;
import akka.persistence.jdbc.config.JournalConfig;
import akka.persistence.jdbc.journal.dao.DefaultJournalDao;
import akka.persistence.jdbc.journal.dao.JournalDao;
import akka.serialization.Serialization;
import akka.stream.Materializer;
import akka.stream.scaladsl.Source;
import io.longhaul.store.Recoveries.Start;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Nil$;
import scala.collection.immutable.Seq;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;
import scala.util.Failure;
import scala.util.Try;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcDataSource;
import slick.jdbc.JdbcProfile;

/**
 * The journal of akka-persistence-jdbc, its tables and its rows, written and read for many jobs at once: the events of
 * all that wait go into one INSERT, which commits by itself, and {@link Recoveries} reads. What is rare or large is
 * left to the plug-in's own dao.
 */
public final class BatchingJournalDao implements JournalDao {
    /** Beyond it a batch takes no further write: PostgreSQL and the driver hold a message in memory as a whole. */
    private static final long BATCH_BYTES = 4 << 20;

    /** Data that PostgreSQL refuses: the statement has changed nothing, and another write may be taken. */
    private static final Set<String> REFUSALS = Set.of("22", "23", "40", "54");

    /** The connection or the server is gone, and nobody knows whether the statement was carried out. */
    private static final Set<String> LOST = Set.of("08", "57P01", "57P02", "57P03");

    /** How long a write is tried whose connections are lost: less than the circuit breaker gives it. */
    private static final Duration TRIED_FOR = Duration.ofSeconds(10);

    /** Of some writes, each by its first line, those that are in the journal; a write is there as a whole or not at all. */
    private static final String WRITTEN = """
            SELECT n FROM unnest(?, ?, ?) WITH ORDINALITY AS mine (id, sequence, writer, n)
            JOIN event_journal e
              ON e.persistence_id = mine.id AND e.sequence_number = mine.sequence AND e.writer = mine.writer
            """;

    /** A column: its name, its type, and its value in a line. */
    private record Column(
            String name, String type, IntFunction<@Nullable Object[]> array, Function<Line, @Nullable Object> value) {}

    private static final List<Column> COLUMNS = List.of(
            text("persistence_id", line -> line.event().persistenceId()),
            bigint("sequence_number", line -> line.event().sequenceNr()),
            text("writer", line -> line.event().writerUuid()),
            bigint("write_timestamp", line -> line.event().timestamp()),
            text("adapter_manifest", line -> line.event().manifest()),
            integer("event_ser_id", line -> line.payload().serId()),
            text("event_ser_manifest", line -> line.payload().serManifest()),
            bytes("event_payload", line -> line.payload().payload()),
            integer(
                    "meta_ser_id",
                    line -> line.meta() == null ? null : line.meta().serId()),
            text(
                    "meta_ser_manifest",
                    line -> line.meta() == null ? null : line.meta().serManifest()),
            bytes(
                    "meta_payload",
                    line -> line.meta() == null ? null : line.meta().payload()));

    private static final String INSERT = "INSERT INTO event_journal ("
            + COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "))
            + ") SELECT * FROM unnest("
            + COLUMNS.stream().map(column -> "?").collect(Collectors.joining(", ")) + ")";

    private static final Seq<Try<BoxedUnit>> ALL_WRITTEN = nil();

    /** What an actor persists in one go: all of it is written, or nothing. */
    private record Write(Seq<AtomicWrite> messages, Promise<Seq<Try<BoxedUnit>>> answer) {
        String persistenceId() {
            return messages.head().persistenceId();
        }
    }

    /** A write as the table takes it. */
    private record Lines(Write write, List<Line> lines) {}

    private record Line(
            PersistentRepr event,
            AkkaSerialized payload,
            @Nullable AkkaSerialized meta) {}

    private final JdbcDataSource database;
    private final Serialization serialization;
    private final Recoveries recoveries;
    private final DefaultJournalDao plugin;
    private final ExecutionContext executor;
    private final int batchSize;
    private final Batches<Write> batches;

    /** With the parameters that the plug-in gives. */
    public BatchingJournalDao(
            JdbcBackend.DatabaseDef database,
            JdbcProfile profile,
            JournalConfig config,
            Serialization serialization,
            ExecutionContext executor,
            Materializer materializer) {
        this.database = database.source();
        this.serialization = serialization;
        this.recoveries = Recoveries.of(materializer.system());
        this.plugin = new DefaultJournalDao(database, profile, config, serialization, executor, materializer);
        this.executor = executor;
        this.batchSize = config.daoConfig().batchSize();
        this.batches = new Batches<>(
                config.daoConfig().bufferSize(), config.daoConfig().parallelism(), batchSize, this::write);
    }

    @Override
    public Future<Seq<Try<BoxedUnit>>> asyncWriteMessages(Seq<AtomicWrite> messages) {
        Write write = new Write(messages, Futures.promise());
        if (batches.offer(write)) return write.answer().future();
        return Futures.failed(new RejectedExecutionException("Too many writes wait for the journal"));
    }

    private void write(Write first, Queue<Write> waiting) {
        List<Lines> batch = new ArrayList<>();
        int rows = 0;
        long bytes = 0;
        for (Write next = first; next != null; next = rows < batchSize && bytes < BATCH_BYTES ? waiting.poll() : null) {
            try {
                Lines lines = new Lines(next, lines(next));
                batch.add(lines);
                rows += lines.lines().size();
                for (Line line : lines.lines()) bytes += line.payload().payload().length;
            } catch (Exception notSerializable) {
                next.answer().success(rejected(next, notSerializable));
            }
        }
        if (!batch.isEmpty()) insert(batch);
    }

    private static Seq<Try<BoxedUnit>> rejected(Write write, Exception why) {
        List<Try<BoxedUnit>> each = Collections.nCopies(write.messages().size(), new Failure<>(why));
        return CollectionConverters.asScala(each).toList();
    }

    private List<Line> lines(Write write) {
        List<Line> lines = new ArrayList<>();
        for (AtomicWrite together : CollectionConverters.asJava(write.messages()))
            for (PersistentRepr event : CollectionConverters.asJava(together.payload()))
                lines.add(new Line(
                        event,
                        serialize(event.payload()),
                        event.metadata().isEmpty()
                                ? null
                                : serialize(event.metadata().get())));
        return lines;
    }

    private AkkaSerialized serialize(Object stored) {
        return AkkaSerialization.serialize(serialization, stored).get();
    }

    private void insert(List<Lines> batch) {
        insert(batch, System.nanoTime() + TRIED_FOR.toNanos(), false);
    }

    /**
     * One statement, so all or nothing; where it is refused for the sake of one write, the others are taken. Where its
     * connection is lost it is tried again: what is under way outlives a restart of the database.
     *
     * @param again whether it may be in the journal already
     */
    private void insert(List<Lines> batch, long deadline, boolean again) {
        try (Connection connection = database.createConnection()) {
            Session session = new Session(connection, 0);
            List<Lines> missing = again ? withoutWritten(session, batch) : batch;
            if (!missing.isEmpty()) insert(session, missing);
        } catch (Exception failed) {
            if (isLost(failed) && System.nanoTime() - deadline < 0) {
                insert(batch, deadline, true);
            } else if (batch.size() > 1 && isRefused(failed)) {
                int half = batch.size() / 2;
                insert(batch.subList(0, half), deadline, again);
                insert(batch.subList(half, batch.size()), deadline, again);
            } else if (again && isRefused(failed) && isWritten(batch)) {
                succeed(batch); // it was carried out after the first look
            } else {
                batch.forEach(write -> ended(write.write()).failure(failed));
            }
            return;
        }
        succeed(batch);
    }

    private void succeed(List<Lines> batch) {
        batch.forEach(write -> ended(write.write()).success(ALL_WRITTEN));
    }

    private static void insert(Session session, List<Lines> batch) throws SQLException {
        List<Line> lines =
                batch.stream().flatMap(write -> write.lines().stream()).toList();
        session.update(
                INSERT,
                COLUMNS.stream()
                        .map(column -> new ArrayOf(
                                column.type(),
                                lines.stream().map(column.value()).toArray(column.array())))
                        .toArray());
    }

    private boolean isWritten(List<Lines> batch) {
        try (Connection connection = database.createConnection()) {
            return withoutWritten(new Session(connection, 0), batch).isEmpty();
        } catch (SQLException unknown) {
            return false; // then its actor reads what is there
        }
    }

    private static List<Lines> withoutWritten(Session session, List<Lines> batch) throws SQLException {
        List<PersistentRepr> first =
                batch.stream().map(write -> write.lines().getFirst().event()).toList();
        Set<Integer> written = new HashSet<>(session.query(
                row -> row.getInt("n") - 1,
                WRITTEN,
                new ArrayOf(
                        "text",
                        first.stream().map(PersistentRepr::persistenceId).toArray(String[]::new)),
                new ArrayOf(
                        "int8", first.stream().map(PersistentRepr::sequenceNr).toArray(Long[]::new)),
                new ArrayOf(
                        "text", first.stream().map(PersistentRepr::writerUuid).toArray(String[]::new))));
        return IntStream.range(0, batch.size())
                .filter(i -> !written.contains(i))
                .mapToObj(batch::get)
                .toList();
    }

    /** Where there was no connection to be had nothing was sent. */
    private static boolean isLost(Exception failed) {
        if (failed instanceof SQLTransientConnectionException) return true;
        return failed instanceof SQLException sql
                && sql.getSQLState() != null
                && LOST.stream().anyMatch(sql.getSQLState()::startsWith);
    }

    private static boolean isRefused(Exception failed) {
        return failed instanceof SQLException refused
                && refused.getSQLState() != null
                && REFUSALS.contains(refused.getSQLState().substring(0, 2));
    }

    private Promise<Seq<Try<BoxedUnit>>> ended(Write write) {
        recoveries.end(write.persistenceId());
        return write.answer();
    }

    @Override
    public Future<Object> highestSequenceNr(String persistenceId, long from) {
        return recoveries
                .proceed(persistenceId)
                .map(
                        start -> {
                            if (start.highest() <= from) recoveries.end(persistenceId); // there is nothing to replay
                            return start.highest();
                        },
                        executor);
    }

    @Override
    public Source<Try<Tuple2<PersistentRepr, Object>>, NotUsed> messagesWithBatch(
            String persistenceId,
            long from,
            long to,
            int batchSize,
            Option<Tuple2<FiniteDuration, Scheduler>> refreshInterval) {
        return plugin.messagesWithBatch(persistenceId, from, to, batchSize, refreshInterval);
    }

    /** The events of a range where a recovery has found all of them; each range is given once. */
    Optional<List<PersistentRepr>> held(String persistenceId, long from, long to) {
        Start start = recoveries.end(persistenceId);
        if (start == null || !start.holds(from, to)) return Optional.empty();
        return Optional.of(start.events().stream()
                .filter(row -> row.sequenceNumber() >= from && row.sequenceNumber() <= to)
                .map(row -> AkkaSerialization.fromRow(serialization, row).get()._1())
                .toList());
    }

    @Override
    public Source<Try<Tuple2<PersistentRepr, Object>>, NotUsed> messages(
            String persistenceId, long from, long to, long most) {
        return plugin.messages(persistenceId, from, to, most);
    }

    @Override
    public Future<BoxedUnit> delete(String persistenceId, long to) {
        return plugin.delete(persistenceId, to);
    }

    private static Column text(String name, Function<Line, @Nullable Object> value) {
        return new Column(name, "text", String[]::new, value);
    }

    private static Column bigint(String name, Function<Line, @Nullable Object> value) {
        return new Column(name, "int8", Long[]::new, value);
    }

    private static Column integer(String name, Function<Line, @Nullable Object> value) {
        return new Column(name, "int4", Integer[]::new, value);
    }

    private static Column bytes(String name, Function<Line, @Nullable Object> value) {
        return new Column(name, "bytea", byte[][]::new, value);
    }

    @SuppressWarnings("unchecked") // the empty list is one of anything
    private static <T> Seq<T> nil() {
        return (Seq<T>) (Seq<?>) Nil$.MODULE$;
    }
}
