package io.longhaul.store;

import io.longhaul.entity.SecretException;
import io.longhaul.entity.Secrets;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets of jobs in a table of their own, encrypted for one job, owner and place each: moved to another row they
 * cannot be decrypted. {@link PostgresExpired} removes what the job itself has not.
 */
public final class PostgresSecrets implements Secrets {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresSecrets.class);

    private static final String SELECT = "SELECT id, value FROM secret WHERE job = ? AND id = ANY (?)";
    private static final String NO_KEY = "This node has no key for secrets: longhaul.secrets names none.";
    private static final String LOST = "A secret of the job can no longer be decrypted; set it anew.";

    private final DataSource database;
    private final Sql sql;
    private final int timeoutSeconds;
    private final @Nullable SecretKeys keys;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     * @param keys null: this node has none, and keeps and reads nothing
     */
    public PostgresSecrets(DataSource database, Executor executor, Duration timeout, @Nullable SecretKeys keys) {
        this.database = database;
        this.sql = new Sql(database, executor, timeout);
        this.timeoutSeconds = Math.toIntExact(timeout.toSeconds());
        this.keys = keys;
    }

    @Override
    public boolean areKept() {
        return keys != null;
    }

    @Override
    public CompletionStage<UUID> keep(JobId job, Owner owner, byte[] value) {
        if (keys == null) return CompletableFuture.failedStage(SecretException.unreadable(NO_KEY, null));
        UUID id = UUID.randomUUID();
        byte[] encrypted;
        try {
            encrypted = keys.encrypt(value, about(job, owner, id));
        } catch (GeneralSecurityException impossible) {
            return CompletableFuture.failedStage(impossible);
        }
        return sql.update(
                        "INSERT INTO secret (job, id, owner, key, value) VALUES (?, ?, ?, ?, ?)",
                        job,
                        id,
                        owner.name(),
                        keys.first(),
                        encrypted)
                .thenApply(kept -> id);
    }

    @Override
    public CompletionStage<byte[]> read(JobId job, Owner owner, UUID secret) {
        return sql.run(session -> encrypted(session, job, List.of(secret))).thenCompose(found -> {
            try {
                return CompletableFuture.completedStage(decrypted(job, owner, secret, found));
            } catch (SecretException unreadable) {
                return CompletableFuture.failedStage(unreadable);
            }
        });
    }

    @Override
    public Map<UUID, byte[]> open(JobId job, Owner owner, Collection<UUID> secrets) throws SecretException {
        Map<UUID, byte[]> found;
        try (Connection connection = database.getConnection()) {
            found = encrypted(new Session(connection, timeoutSeconds), job, secrets);
        } catch (SQLException unanswered) {
            throw SecretException.unreadable(
                    "The database does not answer, which keeps a secret of the job.", unanswered);
        }
        Map<UUID, byte[]> opened = new HashMap<>();
        for (UUID secret : secrets) opened.put(secret, decrypted(job, owner, secret, found));
        return opened;
    }

    private static Map<UUID, byte[]> encrypted(Session session, JobId job, Collection<UUID> secrets)
            throws SQLException {
        Map<UUID, byte[]> found = new HashMap<>();
        session.query(
                row -> found.put(row.getObject("id", UUID.class), row.getBytes("value")), SELECT, job, array(secrets));
        return found;
    }

    private byte[] decrypted(JobId job, Owner owner, UUID secret, Map<UUID, byte[]> found) throws SecretException {
        if (keys == null) throw SecretException.unreadable(NO_KEY, null);
        byte[] encrypted = found.get(secret);
        if (encrypted == null) throw SecretException.lost(LOST);
        try {
            return keys.decrypt(encrypted, about(job, owner, secret));
        } catch (GeneralSecurityException noKeyFits) {
            throw SecretException.lost(LOST);
        }
    }

    @Override
    public void forget(JobId job, Collection<UUID> secrets) {
        var unused = sql.update("DELETE FROM secret WHERE job = ? AND id = ANY (?)", job, array(secrets))
                .whenComplete((done, failed) -> {
                    if (failed != null) LOG.warn("Secrets of job {} are forgotten later: {}", job, failed.getMessage());
                });
    }

    private static ArrayOf array(Collection<UUID> ids) {
        return new ArrayOf("uuid", ids.toArray());
    }

    static String about(JobId job, Owner owner, UUID secret) {
        return "longhaul secret 1 " + owner.name() + " " + job + " " + secret;
    }
}
