package io.longhaul.ops;

import io.longhaul.store.SecretKeys;
import io.longhaul.store.SecretRotation;
import java.sql.SQLException;
import java.util.Optional;

/** The operator's keys for the secrets of jobs. */
public final class SecretKeyring {
    private SecretKeyring() {}

    /**
     * What a rotation did.
     *
     * @param anew secrets that are under the first key now
     * @param left secrets that none of the keys decrypts
     */
    public record Rotated(long anew, long left) {}

    /** The keys of the settings; empty where there are none. A {@link StartupException} says what is wrong with them. */
    static Optional<SecretKeys> of(Settings.Secrets settings) {
        if (settings.keys().isEmpty()) return Optional.empty();
        try {
            return Optional.of(SecretKeys.of(settings.keys()));
        } catch (IllegalArgumentException wrong) {
            throw new StartupException("longhaul.secrets cannot be used: " + wrong.getMessage() + ".", wrong);
        }
    }

    /**
     * Encrypts every secret with the first key that is not yet. A {@link StartupException} says why it cannot be done:
     * there is no key, another program has the data folder, or the database does not answer.
     */
    public static Rotated rotate(Settings settings) {
        SecretKeys keys = of(settings.secrets())
                .orElseThrow(() -> new StartupException("longhaul.secrets names no key to encrypt with."));
        try (DataFolder folder = DataFolder.lock(settings.dataDir());
                Database database = Database.open(settings)) {
            SecretRotation.Result result = new SecretRotation(database.dataSource(), keys).run();
            return new Rotated(result.anew(), result.left());
        } catch (SQLException failed) {
            throw new StartupException(
                    "Not all secrets are encrypted anew: " + Sentences.firstLine(failed) + ".", failed);
        }
    }
}
