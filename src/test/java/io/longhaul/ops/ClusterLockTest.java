package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.TestDatabase;
import io.longhaul.testkit.TestSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The lock of the cluster")
class ClusterLockTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final String HELD = "FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            + " WHERE locktype = 'advisory' AND datname = current_database()";

    private final List<ClusterLock> locks = new ArrayList<>();
    private final AtomicInteger replaced = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(TestSettings.below(Path.of("target", "unused"), TestDatabase.create()));
    }

    @AfterEach
    void close() {
        locks.forEach(ClusterLock::close);
        database.close();
    }

    @Test
    void lets_one_node_found_a_cluster_and_the_others_wait_for_it() {
        ClusterLock founder = node();
        ClusterLock other = node();
        assertTrue(founder.tryAlone());
        assertTrue(founder.tryAlone());
        assertFalse(other.tryAlone());
        assertFalse(share(other));

        assertTrue(founder.share(true, replaced::incrementAndGet).isDone());
        assertTrue(share(other));
    }

    @Test
    void lets_nobody_found_a_cluster_until_the_last_member_has_ended() {
        ClusterLock first = node();
        ClusterLock second = node();
        ClusterLock stranger = node();
        assertTrue(first.tryAlone());
        assertTrue(first.share(true, replaced::incrementAndGet).isDone());
        assertTrue(share(second));
        assertFalse(stranger.tryAlone());
        first.close();
        assertFalse(stranger.tryAlone());
        second.close();
        assertTrue(stranger.tryAlone());
    }

    @Test
    void is_shared_by_itself_with_a_member_that_waits_for_the_founder() throws Exception {
        ClusterLock founder = node();
        assertTrue(founder.tryAlone());
        var waiting = track(ClusterLock.on(database, answered::incrementAndGet, LONG, Duration.ofMillis(1)))
                .share(false, replaced::incrementAndGet);
        assertFalse(waiting.isDone());
        assertTrue(founder.share(true, replaced::incrementAndGet).isDone());
        waiting.get(1, TimeUnit.MINUTES);
    }

    @Test
    void is_free_when_a_founder_ends_before_it_is_a_member() {
        ClusterLock founder = node();
        assertTrue(founder.tryAlone());
        founder.close();
        assertTrue(node().tryAlone());
    }

    @Test
    void is_taken_again_where_its_connection_breaks() throws SQLException {
        ClusterLock member = node();
        assertTrue(share(member));
        breakConnection();
        member.look();
        assertFalse(node().tryAlone());
        assertEquals(0, replaced.get());
    }

    @Test
    void tells_of_each_answer_of_the_database() {
        ClusterLock member = node();
        assertTrue(share(member));
        int before = answered.get();
        member.look();
        assertEquals(before + 1, answered.get());
    }

    @Test
    void is_looked_after_by_itself() throws SQLException {
        ClusterLock member = track(ClusterLock.on(database, answered::incrementAndGet, LONG, Duration.ofMillis(1)));
        assertTrue(share(member));
        breakConnection();
        while (count("SELECT count(*) " + HELD) == 0) Thread.onSpinWait();
    }

    @Test
    void tells_a_member_that_was_cut_off_of_a_cluster_that_was_founded_meanwhile() throws SQLException {
        ClusterLock member = node();
        assertTrue(share(member));
        breakConnection();
        ClusterLock founder = node();
        assertTrue(founder.tryAlone());
        member.look(); // it cannot have its share now
        assertEquals(0, replaced.get());

        assertTrue(founder.share(true, () -> {}).isDone());
        member.look();
        assertEquals(1, replaced.get());
    }

    @Test
    void is_taken_from_a_node_that_says_nothing() {
        ClusterLock silent = track(ClusterLock.on(database, answered::incrementAndGet, Duration.ofMillis(50), LONG));
        assertTrue(share(silent));
        ClusterLock next = node();
        while (!next.tryAlone()) Thread.onSpinWait();
    }

    private ClusterLock node() {
        return track(ClusterLock.on(database, answered::incrementAndGet, LONG, LONG));
    }

    private ClusterLock track(ClusterLock lock) {
        locks.add(lock);
        return lock;
    }

    private boolean share(ClusterLock lock) {
        return lock.share(false, replaced::incrementAndGet).isDone();
    }

    /** Waits for the end of the session, which is not at once: then one whose node looks has another one. */
    private void breakConnection() throws SQLException {
        int session = count("SELECT max(pid) " + HELD);
        count("SELECT count(pg_terminate_backend(" + session + "))");
        while (count("SELECT count(*) FROM pg_stat_activity WHERE pid = " + session) > 0) Thread.onSpinWait();
    }

    private int count(String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
