package io.longhaul.ops;

import io.longhaul.store.IndexRebuild;
import java.sql.SQLException;
import java.util.function.LongConsumer;

/** Makes the index anew from the journal. */
public final class Rebuild {
    private Rebuild() {}

    /**
     * Returns the number of the journal's last line. A {@link StartupException} says why it cannot be done: a node runs,
     * or the database does not answer.
     *
     * @param progress hears after each batch how many lines of the journal are in the index
     */
    public static long run(Settings settings, LongConsumer progress) {
        try (DataFolder folder = DataFolder.lock(settings.dataDir());
                Database database = Database.open(settings)) {
            return new IndexRebuild(database.dataSource()).run(progress);
        } catch (SQLException | IllegalStateException failed) {
            throw new StartupException("The index cannot be made anew: " + Sentences.firstLine(failed) + ".", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartupException(
                    "The index is only made anew in part: the program was interrupted.", interrupted);
        }
    }
}
