package io.longhaul.store;

import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.store.Sql.Session;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Encrypts every secret anew that is not under the first key yet. Nodes may run meanwhile; it may be done again. */
public final class SecretRotation {
    private static final int BATCH = 500;
    private static final int TIMEOUT_SECONDS = 60;

    private final DataSource database;
    private final SecretKeys keys;

    public SecretRotation(DataSource database, SecretKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    /**
     * How many there were.
     *
     * @param anew are under the first key now
     * @param left are under a key that is not among the given ones, and stay as they are
     */
    public record Result(long anew, long left) {}

    @SuppressWarnings("ArrayRecordComponent") // read once and never compared
    private record Row(JobId job, UUID id, Owner owner, byte[] value) {}

    public Result run() throws SQLException {
        long anew = 0;
        long left = 0;
        try (Connection connection = database.getConnection()) {
            Session session = new Session(connection, TIMEOUT_SECONDS);
            UUID last = new UUID(0, 0);
            List<Row> rows;
            do {
                rows = after(session, last);
                for (Row row : rows) {
                    if (encryptAnew(session, row)) anew++;
                    else left++;
                    last = row.id();
                }
            } while (rows.size() == BATCH);
        }
        return new Result(anew, left);
    }

    private List<Row> after(Session session, UUID last) throws SQLException {
        return session.query(
                row -> new Row(
                        Sql.id(row, "job"),
                        row.getObject("id", UUID.class),
                        new Owner(row.getString("owner")),
                        row.getBytes("value")),
                "SELECT job, id, owner, value FROM secret WHERE key <> ? AND id > ? ORDER BY id LIMIT ?",
                keys.first(),
                last,
                BATCH);
    }

    private boolean encryptAnew(Session session, Row row) throws SQLException {
        String about = PostgresSecrets.about(row.job(), row.owner(), row.id());
        byte[] encrypted;
        try {
            encrypted = keys.encrypt(keys.decrypt(row.value(), about), about);
        } catch (GeneralSecurityException noKeyFits) {
            return false;
        }
        session.update("UPDATE secret SET key = ?, value = ? WHERE id = ?", keys.first(), encrypted, row.id());
        return true;
    }
}
