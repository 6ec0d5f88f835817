package io.longhaul.store;

import akka.dispatch.Futures;
import akka.persistence.PersistentRepr;
import akka.persistence.jdbc.journal.JdbcAsyncWriteJournal;
import com.typesafe.config.Config;
import java.util.List;
import java.util.Optional;
import scala.Function1;
import scala.concurrent.Future;
import scala.runtime.BoxedUnit;

/**
 * The journal of akka-persistence-jdbc, which replays what {@link Recoveries} has found already without making a stream
 * of it: for the few events of most jobs a stream costs more than all the rest of a recovery.
 */
public final class BatchingJournal extends JdbcAsyncWriteJournal {
    /** With the plug-in's own settings; Akka makes it. */
    public BatchingJournal(Config config) {
        super(config);
    }

    @Override
    public Future<BoxedUnit> asyncReplayMessages(
            String persistenceId, long from, long to, long most, Function1<PersistentRepr, BoxedUnit> replayed) {
        Optional<List<PersistentRepr>> held =
                journalDao() instanceof BatchingJournalDao dao ? dao.held(persistenceId, from, to) : Optional.empty();
        if (held.isEmpty()) return super.asyncReplayMessages(persistenceId, from, to, most, replayed);
        held.get().stream().limit(most).forEach(replayed::apply);
        return Futures.successful(BoxedUnit.UNIT);
    }
}
