package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.codec.JobTypes;
import io.longhaul.entity.JobFeed.Notice;
import io.longhaul.job.Alarm;
import io.longhaul.job.BitsError;
import io.longhaul.job.FileCommand;
import io.longhaul.job.HttpError;
import io.longhaul.job.Job;
import io.longhaul.job.JobCommand;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Recorded;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.StateName;
import io.longhaul.testkit.RandomRecords;
import io.longhaul.testkit.Wire;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is said to jobs and answered by them")
class JobMessagesTest {
    private static final Wire WIRE = new Wire();

    @AfterAll
    static void end() {
        WIRE.close();
    }

    /** Whoever renames one cuts the tongue of a cluster that is being upgraded. */
    @Test
    void has_these_names_for_ever() {
        assertEquals(
                "ask done heard listens refused tell unknown view viewed",
                String.join(" ", new TreeSet<>(JobMessages.KINDS.keySet())));
        assertEquals(3_500_002, new JobMessages(WIRE.system()).identifier());
        assertEquals(
                "AddFiles BrokenOff BytesCame Cancel Change Complete Create EndSlice GrantSlice InactivityTimeout MoveDownload NetworkBack"
                        + " PolicyChanged RenewSlice ReplaceRemotePrefix RequestRanges Restarted Resume RetryFile SetRemoteNames SkipFile Suspend"
                        + " TakeOwnership ValidateFile Wake",
                String.join(" ", new TreeSet<>(JobTypes.COMMANDS.keySet())));
    }

    @Test
    void is_all_of_it_that_does_not_stay_on_its_node() {
        Set<Class<?>> local = Set.of(
                JobEntity.Reported.class,
                JobEntity.RunEnded.class,
                JobEntity.Stored.class,
                JobEntity.Idle.class,
                JobEntity.Stop.class);
        assertEquals(
                Stream.of(JobEntity.Message.class, JobReply.class)
                        .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
                        .filter(type -> !local.contains(type))
                        .collect(Collectors.toSet()),
                JobMessages.KINDS.values().stream()
                        .filter(type ->
                                type != JobEntity.Viewed.class && !FeedRelay.Message.class.isAssignableFrom(type))
                        .collect(Collectors.toSet()));
        assertEquals(
                Stream.of(OwnerCommand.class, FileCommand.class, SchedulerCommand.class, Alarm.class)
                        .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
                        .filter(type -> !type.isSealed())
                        .collect(Collectors.toSet()),
                Set.copyOf(JobTypes.COMMANDS.values()));
    }

    @Test
    void arrives_as_it_was_sent() {
        ActorRef<JobReply> asker = Adapter.toTyped(WIRE.system().deadLetters());
        ActorRef<JobEntity.Viewed> viewer = Adapter.toTyped(WIRE.system().deadLetters());
        for (long seed = 0; seed < 300; seed++) {
            RandomRecords random = new RandomRecords(seed);
            OwnerCommand command = random.next(OwnerCommand.class);
            carried("ask", new JobEntity.Ask(command, "alice", seed % 2 == 0 ? "key" : null, asker));
            carried("tell", new JobEntity.Tell(random.next(SchedulerCommand.class)));
            carried("tell", new JobEntity.Tell(random.next(Alarm.class)));
            JobView view = new JobView(
                    random.next(Job.class),
                    Map.of(0, seed, 7, Long.MAX_VALUE),
                    seed % 2 == 0 ? null : random.next(Transfers.Awaited.class));
            carried("viewed", new JobEntity.Viewed(view));
            carried(
                    "heard",
                    new FeedRelay.Heard(List.of(
                            new Notice.Happened(
                                    view.job(), seed, random.next(Recorded.class), random.next(StateName.class)),
                            new Notice.Progressed(view))));
            carried("done", new JobReply.Done(view, BitsError.BG_S_PARTIAL_COMPLETE, 3, 9));
        }
        carried("view", new JobEntity.View(viewer));
        ActorRef<FeedRelay.Message> relay = Adapter.toTyped(WIRE.system().deadLetters());
        carried("listens", new FeedRelay.Listens(relay));
        carried("viewed", new JobEntity.Viewed(null));
        carried("refused", new JobReply.Refused(BitsError.BG_E_INVALID_STATE, "No."));
        carried("refused", new JobReply.Refused(new HttpError(404), ""));
        carried("unknown", new JobReply.Unknown());
    }

    /** The answer finds its way back. */
    @Test
    void knows_whom_to_answer() {
        ActorRef<JobReply> asker = Adapter.toTyped(WIRE.system().deadLetters());
        var ask = (JobEntity.Ask) WIRE.carry(new JobEntity.Ask(new OwnerCommand.Cancel(), "alice", null, asker), "ask");
        assertEquals(asker.path(), ask.replyTo().path());
    }

    @Test
    void may_have_members_that_a_newer_version_added() throws IOException {
        JobCommand command = new SchedulerCommand.EndSlice(7, io.longhaul.job.QueuedReason.SLICE_ENDED);
        ObjectNode tell = JobTypes.CBOR.createObjectNode();
        ObjectNode body = JobTypes.CBOR.valueToTree(command);
        body.put("type", "EndSlice").put("addedLater", true);
        tell.set("command", body);
        tell.put("alsoAddedLater", 1);
        assertEquals(
                new JobEntity.Tell(command),
                new JobMessages(WIRE.system()).fromBinary(JobTypes.CBOR.writeValueAsBytes(tell), "tell"));
    }

    @Test
    void is_lost_where_this_version_does_not_know_it() {
        JobMessages messages = new JobMessages(WIRE.system());
        assertThrows(NotSerializableException.class, () -> messages.fromBinary(new byte[0], "shout"));
        assertThrows(NotSerializableException.class, () -> messages.fromBinary(new byte[] {1}, "tell"));
        assertThrows(IllegalArgumentException.class, () -> messages.manifest(new JobEntity.Stop()));
    }

    @Test
    void is_never_what_java_makes_of_objects() {
        assertFalse(WIRE.system().settings().AllowJavaSerialization());
        RuntimeException refused = assertThrows(RuntimeException.class, () -> WIRE.carry(new NobodyKnowsIt("x"), ""));
        assertTrue(String.valueOf(refused.getMessage()).contains("Java serialization"), refused.toString());
    }

    private record NobodyKnowsIt(String text) implements java.io.Serializable {}

    private static void carried(String name, Object message) {
        assertEquals(message, WIRE.carry(message, name));
    }
}
