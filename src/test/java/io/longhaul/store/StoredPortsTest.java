package io.longhaul.store;

import static io.longhaul.store.Stages.await;
import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.Audit;
import io.longhaul.entity.BlockedHosts;
import io.longhaul.entity.HostBlock;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.Operations.Operation;
import io.longhaul.entity.Operations.Refusal;
import io.longhaul.entity.Operations.Verb;
import io.longhaul.entity.PolicyStore;
import io.longhaul.entity.QueueContents.LoggedOff;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.JobSpec.JobType;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.StateName;
import io.longhaul.job.file.HostPattern;
import io.longhaul.policy.Policies;
import io.longhaul.policy.Policy;
import io.longhaul.policy.Preset;
import io.longhaul.testkit.JobDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is stored beside the journal")
class StoredPortsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final SortedMap<String, Policy> NO_NAMES = new TreeMap<>();

    private final JobDatabase database = JobDatabase.create();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final PostgresRequests requests = new PostgresRequests(database.dataSource(), executor, TIMEOUT);
    private final PostgresOperations operations = new PostgresOperations(database.dataSource(), executor, TIMEOUT);
    private final PostgresQueueContents contents = new PostgresQueueContents(database.dataSource(), executor, TIMEOUT);

    private final PostgresBlockedHosts blocked = new PostgresBlockedHosts(database.dataSource(), executor, TIMEOUT);

    @AfterEach
    void close() {
        executor.close();
        database.close();
    }

    @Test
    void a_key_is_taken_once_however_many_come_at_the_same_time() {
        List<CompletionStage<Claim>> claims = new ArrayList<>();
        for (int call = 0; call < 50; call++) claims.add(requests.claim("alice", "key", "print" + call, id(call)));
        List<Claim> claimed = claims.stream().map(Stages::await).toList();
        List<Claim> fresh = claimed.stream().filter(Claim::fresh).toList();
        assertEquals(1, fresh.size());
        for (Claim claim : claimed) {
            assertEquals(fresh.getFirst().id(), claim.id());
            assertEquals(fresh.getFirst().fingerprint(), claim.fingerprint());
        }
    }

    @Test
    void the_same_key_of_somebody_else_is_another() {
        assertTrue(await(requests.claim("alice", "key", "p", id(1))).fresh());
        assertTrue(await(requests.claim("bob", "key", "p", id(2))).fresh());
        assertTrue(await(requests.claim("alice", "key2", "p", id(3))).fresh());
        assertFalse(await(requests.claim("alice", "key", "p", id(4))).fresh());
    }

    @Test
    void the_first_answer_stays() {
        Claim claim = await(requests.claim("alice", "key", "p", id(1)));
        assertEquals(new Claim(true, "p", id(1), null, null, null), claim);
        assertEquals(new Claim(false, "p", id(1), null, null, null), await(requests.claim("alice", "key", "q", id(2))));
        await(requests.answer("alice", "key", 201, "/v1/jobs/1", null));
        await(requests.answer("alice", "key", 500, null, "{}"));
        assertEquals(
                new Claim(false, "p", id(1), 201, "/v1/jobs/1", null),
                await(requests.claim("alice", "key", "p", id(3))));
    }

    @Test
    void a_block_is_kept_until_it_is_over_or_taken_back() {
        HostBlock first = new HostBlock(new HostPattern("a.example:80"), "broken", "anna", BEGIN, null);
        HostBlock second =
                new HostBlock(new HostPattern("*.b.example"), "maintenance", "bob", BEGIN, BEGIN.plusSeconds(9));
        assertTrue(await(blocked.put(first, BEGIN)));
        assertTrue(await(blocked.put(second, BEGIN)));
        assertEquals(List.of(second, first), await(blocked.all(BEGIN)));
        HostBlock changed = new HostBlock(first.hosts(), "still broken", "bob", BEGIN.plusSeconds(1), null);
        assertTrue(await(blocked.put(changed, BEGIN)));
        assertEquals(List.of(changed), await(blocked.all(BEGIN.plusSeconds(9))));
        assertTrue(await(blocked.remove(first.hosts())));
        assertFalse(await(blocked.remove(first.hosts())), "there is none any more");
        assertEquals(List.of(), await(blocked.all(BEGIN.plusSeconds(9))));
    }

    @Test
    void a_block_of_an_older_version_is_of_the_same_host_however_it_was_spelled() {
        HostBlock older = new HostBlock(new HostPattern("2130706433:80"), "broken", "anna", BEGIN, null);
        assertTrue(await(blocked.put(older, BEGIN)));
        HostPattern usual = new HostPattern("127.0.0.1:80");
        assertEquals(usual, await(blocked.all(BEGIN)).getFirst().hosts());
        HostBlock newer = new HostBlock(usual, "still broken", "bob", BEGIN, null);
        assertTrue(await(blocked.put(newer, BEGIN)));
        assertEquals(List.of(newer), await(blocked.all(BEGIN)));
        assertTrue(await(blocked.remove(usual)));
        assertTrue(await(blocked.put(older, BEGIN)));
        assertTrue(await(blocked.remove(usual)));
        assertEquals(List.of(), await(blocked.all(BEGIN)));
    }

    @Test
    void blocks_are_not_more_than_every_node_can_remember() {
        for (int i = 0; i < BlockedHosts.MOST; i++)
            assertTrue(await(blocked.put(
                    new HostBlock(new HostPattern("h" + i), "x", "anna", BEGIN, i == 0 ? BEGIN.plusSeconds(1) : null),
                    BEGIN)));
        HostBlock more = new HostBlock(new HostPattern("more"), "x", "anna", BEGIN, null);
        assertFalse(await(blocked.put(more, BEGIN)));
        assertTrue(await(blocked.put(new HostBlock(new HostPattern("h7"), "y", "anna", BEGIN, null), BEGIN)));
        assertTrue(await(blocked.put(more, BEGIN.plusSeconds(1))), "one is over");
    }

    @Test
    void an_operation_goes_on_where_it_was() {
        JobFilter filter = new JobFilter(
                Set.of(StateName.ERROR),
                "default",
                new Owner("alice"),
                Set.of(Priority.LOW),
                JobType.DOWNLOAD,
                "maps\0",
                Map.of("fleet", "eu"),
                "origin.example",
                BEGIN,
                BEGIN.plusNanos(1));
        UUID id = new UUID(1, 2);
        Operation begun = Operation.begun(id, Verb.CANCEL, filter, "alice", BEGIN);
        assertEquals(Optional.empty(), await(operations.find(id)));
        await(operations.begin(begun));
        assertEquals(Optional.of(begun), await(operations.find(id)));
        Operation further = new Operation(
                id,
                Verb.CANCEL,
                filter,
                "alice",
                BEGIN,
                42L,
                id(7),
                List.of(id(6), id(5)),
                false,
                3,
                2,
                1,
                List.of(new Refusal(id(8), "BG_E_INVALID_STATE")));
        assertTrue(await(operations.save(begun, further)));
        assertFalse(await(operations.save(begun, further)), "somebody else was faster");
        await(operations.begin(begun));
        assertEquals(List.of(further), await(operations.unfinished(10)));
        Operation done = new Operation(
                id, Verb.CANCEL, JobFilter.ALL, "alice", BEGIN, 42L, id(7), List.of(), true, 3, 2, 1, List.of());
        assertTrue(await(operations.save(further, done)));
        assertEquals(List.of(), await(operations.unfinished(10)));
        assertEquals(Optional.of(done), await(operations.find(id)));
    }

    @Test
    void a_queue_may_have_a_figure_of_its_own() {
        assertEquals(OptionalInt.empty(), await(contents.backgroundSlots("q")));
        await(contents.setBackgroundSlots("q", OptionalInt.of(4)));
        await(contents.setBackgroundSlots("q", OptionalInt.of(5)));
        assertEquals(OptionalInt.of(5), await(contents.backgroundSlots("q")));
        await(contents.setBackgroundSlots("q", OptionalInt.empty()));
        assertEquals(OptionalInt.empty(), await(contents.backgroundSlots("q")));
    }

    @Test
    void who_is_logged_off_stays_so_until_somebody_says_otherwise() {
        await(contents.setLoggedOff(new Owner("alice"), BEGIN));
        await(contents.setLoggedOff(new Owner("alice"), BEGIN.plusSeconds(9)));
        await(contents.setLoggedOff(new Owner("bob"), BEGIN.plusSeconds(1)));
        assertEquals(
                Set.of(new LoggedOff(new Owner("alice"), BEGIN), new LoggedOff(new Owner("bob"), BEGIN.plusSeconds(1))),
                await(contents.loggedOff()));
        await(contents.setLoggedOn(new Owner("alice")));
        await(contents.setLoggedOn(new Owner("nobody")));
        assertEquals(1, await(contents.loggedOff()).size());
    }

    @Test
    void policies_are_replaced_by_one_of_those_who_do_it_at_the_same_time_and_audited() {
        Clock clock = Clock.fixed(BEGIN, ZoneOffset.UTC);
        var store = new PostgresPolicies(database.dataSource(), executor, TIMEOUT, clock);
        var audit = new PostgresAudit(database.dataSource(), executor, TIMEOUT);
        assertEquals(Optional.empty(), await(store.newerThan(0)));
        List<CompletionStage<Optional<PolicyStore.Stored>>> replaced = new ArrayList<>();
        for (int call = 0; call < 8; call++)
            replaced.add(store.replace(0, new Policies(Preset.BITS, Policy.NONE, NO_NAMES, NO_NAMES), "carol", "all"));
        List<PolicyStore.Stored> done =
                replaced.stream().map(Stages::await).flatMap(Optional::stream).toList();
        assertEquals(1, done.size());
        assertEquals(new PolicyStore.Stored(1, done.getFirst().policies(), BEGIN, "carol"), done.getFirst());
        assertEquals(Optional.of(done.getFirst()), await(store.newerThan(0)));
        assertEquals(Optional.empty(), await(store.newerThan(1)));
        assertEquals(Optional.empty(), await(store.replace(0, Policies.NONE, "carol", "all")));
        for (int version = 1; version < 30; version++) await(store.replace(version, Policies.NONE, "dave", "none"));
        assertEquals(30, await(store.newerThan(1)).orElseThrow().version());

        await(audit.write("erin", "QUEUE_SLOTS", "queue q: 3"));
        List<Audit.Line> lines = await(audit.lines(null, 3));
        assertEquals(
                List.of("erin", "dave", "dave"),
                lines.stream().map(Audit.Line::by).toList());
        assertEquals("queue q: 3", lines.getFirst().subject());
        List<Audit.Line> all = await(audit.lines(lines.getFirst().id(), 100));
        assertEquals(30, all.size(), "a line for each that was replaced, and no other");
        assertEquals("POLICIES", all.getLast().action());
        assertEquals("carol", all.getLast().by());
    }
}
