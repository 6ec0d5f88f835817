package io.longhaul.store;

import akka.dispatch.Futures;
import akka.persistence.SnapshotMetadata;
import akka.persistence.jdbc.config.SnapshotConfig;
import akka.persistence.jdbc.snapshot.dao.DefaultSnapshotDao;
import akka.serialization.Serialization;
import akka.stream.Materializer;
import scala.Option;
import scala.Tuple2;
import scala.concurrent.ExecutionContext;
import scala.concurrent.Future;
import slick.jdbc.JdbcBackend;
import slick.jdbc.JdbcProfile;

/**
 * Snapshots as akka-persistence-jdbc keeps them. Nearly every job has none, which {@link Recoveries} finds out for many
 * at once.
 */
public final class BatchingSnapshotDao extends DefaultSnapshotDao {
    private final Recoveries recoveries;
    private final ExecutionContext executor;

    /** With the parameters that the plug-in gives. */
    public BatchingSnapshotDao(
            JdbcBackend.DatabaseDef database,
            JdbcProfile profile,
            SnapshotConfig config,
            Serialization serialization,
            ExecutionContext executor,
            Materializer materializer) {
        super(database, profile, config, serialization, executor, materializer);
        this.recoveries = Recoveries.of(materializer.system());
        this.executor = executor;
    }

    @Override
    public Future<Option<Tuple2<SnapshotMetadata, Object>>> latestSnapshot(String persistenceId) {
        return recoveries
                .begin(persistenceId)
                .flatMap(
                        start -> start.snapshot() == 0
                                ? Futures.successful(Option.empty())
                                : super.latestSnapshot(persistenceId),
                        executor);
    }
}
