package io.longhaul.store;

import static io.longhaul.store.Stages.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.SecretException;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.testkit.Histories;
import io.longhaul.testkit.JobDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Secrets that are kept")
class PostgresSecretsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final JobId JOB = Histories.id(1);
    private static final Owner ANNA = new Owner("anna");
    private static final byte[] VALUE = "open sesame".getBytes(StandardCharsets.UTF_8);
    private static final String OLD = key((byte) 1);
    private static final String NEW = key((byte) 2);

    private final JobDatabase database = JobDatabase.create();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void close() {
        executor.close();
        database.close();
    }

    private static String key(byte every) {
        byte[] key = new byte[32];
        java.util.Arrays.fill(key, every);
        return Base64.getEncoder().encodeToString(key);
    }

    private PostgresSecrets with(String... keys) {
        return new PostgresSecrets(
                database.dataSource(), executor, TIMEOUT, keys.length == 0 ? null : SecretKeys.of(List.of(keys)));
    }

    private int count() {
        return Integer.parseInt(database.query("SELECT count(*) FROM secret"));
    }

    @Test
    void are_read_back_and_stand_nowhere_in_plain_text() throws SecretException {
        PostgresSecrets secrets = with(NEW);
        assertTrue(secrets.areKept());
        UUID id = await(secrets.keep(JOB, ANNA, VALUE));
        assertArrayEquals(VALUE, await(secrets.read(JOB, ANNA, id)));
        assertArrayEquals(VALUE, secrets.open(JOB, ANNA, List.of(id)).get(id));
        String row = database.query("SELECT encode(value, 'hex') || secret::text FROM secret");
        assertFalse(row.contains(HexFormat.of().formatHex(VALUE)));
        assertFalse(row.contains("sesame"));
    }

    @Test
    void are_for_one_job_and_one_owner() {
        PostgresSecrets secrets = with(NEW);
        UUID id = await(secrets.keep(JOB, ANNA, VALUE));
        assertTrue(assertThrows(SecretException.class, () -> secrets.open(JOB, new Owner("ben"), List.of(id)))
                .isLost());
        database.execute("UPDATE secret SET job = '" + Histories.id(2) + "'");
        assertTrue(assertThrows(SecretException.class, () -> secrets.open(Histories.id(2), ANNA, List.of(id)))
                .isLost());
        assertTrue(assertThrows(SecretException.class, () -> secrets.open(JOB, ANNA, List.of(id)))
                .isLost());
    }

    @Test
    void need_a_key() {
        UUID id = await(with(NEW).keep(JOB, ANNA, VALUE));
        PostgresSecrets without = with();
        assertFalse(without.areKept());
        assertFalse(assertThrows(SecretException.class, () -> without.open(JOB, ANNA, List.of(id)))
                .isLost());
        assertThrows(AssertionError.class, () -> await(without.keep(JOB, ANNA, VALUE)));
    }

    @Test
    void go_over_to_a_new_key_without_a_gap() throws SecretException, SQLException {
        UUID before = await(with(OLD).keep(JOB, ANNA, VALUE));
        UUID after = await(with(NEW, OLD).keep(JOB, ANNA, VALUE));
        assertArrayEquals(VALUE, with(NEW, OLD).open(JOB, ANNA, List.of(before)).get(before));
        assertArrayEquals(VALUE, with(NEW).open(JOB, ANNA, List.of(after)).get(after));
        assertThrows(SecretException.class, () -> with(NEW).open(JOB, ANNA, List.of(before)));

        assertEquals(new SecretRotation.Result(0, 1), rotate(NEW));
        assertEquals(new SecretRotation.Result(1, 0), rotate(NEW, OLD));
        assertArrayEquals(VALUE, with(NEW).open(JOB, ANNA, List.of(before)).get(before));
        assertEquals(new SecretRotation.Result(0, 0), rotate(NEW));
    }

    private SecretRotation.Result rotate(String... keys) throws SQLException {
        return new SecretRotation(database.dataSource(), SecretKeys.of(List.of(keys))).run();
    }

    @Test
    void are_forgotten_one_by_one() {
        PostgresSecrets secrets = with(NEW);
        UUID one = await(secrets.keep(JOB, ANNA, VALUE));
        UUID two = await(secrets.keep(JOB, ANNA, VALUE));
        secrets.forget(JOB, List.of(one));
        while (count() == 2) Thread.onSpinWait();
        assertArrayEquals(VALUE, await(secrets.read(JOB, ANNA, two)));
    }

    @Test
    void that_a_crash_has_left_are_found() {
        PostgresSecrets secrets = with(NEW);
        await(secrets.keep(JOB, ANNA, VALUE));
        await(secrets.keep(Histories.id(2), ANNA, VALUE));
        database.execute("UPDATE secret SET at = now() - interval '2 hours' WHERE job = '" + JOB + "'");
        PostgresExpired expired = new PostgresExpired(database.dataSource(), executor, TIMEOUT);
        await(expired.removeCalls(Instant.parse("2100-01-01T00:00:00Z"), null, 10));
        assertEquals(Histories.id(2).toString(), database.query("SELECT job FROM secret"));
    }

    @Test
    void have_keys_that_are_some() {
        for (List<String> wrong : List.of(List.<String>of(), List.of("AAAA"), List.of("no base64"), List.of(OLD, OLD)))
            assertThrows(IllegalArgumentException.class, () -> SecretKeys.of(wrong));
    }
}
