package io.longhaul.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import io.longhaul.entity.Queues;
import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.JobId;
import io.longhaul.testkit.RandomRecords;
import io.longhaul.testkit.Wire;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is said to schedulers and answered by them")
class SchedulerMessagesTest {
    private static final Wire WIRE = new Wire();

    @AfterAll
    static void end() {
        WIRE.close();
    }

    @Test
    void has_these_names_for_ever() {
        assertEquals(
                "explain explained freed get-slots others-wait settings-changed slots told wake",
                String.join(" ", new TreeSet<>(SchedulerMessages.KINDS.keySet())));
        assertEquals(
                "gone host-full node-full ready running",
                String.join(" ", new TreeSet<>(SchedulerMessages.STANDINGS.keySet())));
        assertEquals(3_500_003, new SchedulerMessages(WIRE.system()).identifier());
    }

    /** What the scheduler tells itself is private, and the shard that stops it lives beside it. */
    @Test
    void is_all_of_it_that_does_not_stay_on_its_node() {
        assertEquals(
                Arrays.stream(Scheduler.Message.class.getPermittedSubclasses())
                        .filter(type -> !Modifier.isPrivate(type.getModifiers()) && type != Scheduler.Stop.class)
                        .collect(Collectors.toSet()),
                SchedulerMessages.KINDS.values().stream()
                        .filter(Scheduler.Message.class::isAssignableFrom)
                        .collect(Collectors.toSet()));
        assertEquals(Set.of(Standing.class.getPermittedSubclasses()), Set.copyOf(SchedulerMessages.STANDINGS.values()));
    }

    @Test
    void arrives_as_it_was_sent() {
        for (long seed = 0; seed < 300; seed++) {
            RandomRecords random = new RandomRecords(seed);
            carried("told", new Scheduler.Told(random.next(Standing.class)));
            carried(
                    "explained",
                    new Scheduler.Explained(
                            List.of(random.next(Queues.Reason.class), random.next(Queues.Reason.class))));
        }
        ActorRef<Scheduler.Explained> asker = Adapter.toTyped(WIRE.system().deadLetters());
        ActorRef<Queues.Slots> counter = Adapter.toTyped(WIRE.system().deadLetters());
        carried("explain", new Scheduler.Explain(new RandomRecords(1).next(JobId.class), asker));
        carried("explained", new Scheduler.Explained(List.of()));
        carried("get-slots", new Scheduler.GetSlots(counter));
        carried("slots", new Queues.Slots(4, true, 3));
        carried("freed", new Scheduler.Freed("origin.example:443", null));
        carried("freed", new Scheduler.Freed(null, "10.0.0.1:25520"));
        carried(
                "others-wait",
                new Scheduler.OthersWait("10.0.0.1:25520", new Queues.Rivals("a.example:80", 4, 1, 2, 3)));
        carried("others-wait", new Scheduler.OthersWait("10.0.0.1:25520", new Queues.Rivals(null, 256, 0, 0, 1)));
        carried("wake", new Scheduler.Wake());
        carried("settings-changed", new Scheduler.SettingsChanged());
    }

    private static void carried(String name, Object message) {
        assertEquals(message, WIRE.carry(message, name));
    }
}
