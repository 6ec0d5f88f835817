package io.longhaul.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.codec.JobTypes;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.JobSummary;
import io.longhaul.job.Job;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobState;
import io.longhaul.job.Recorded;
import io.longhaul.testkit.RandomRecords;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("What is stored of jobs")
class JobSerializerTest {
    private final JobSerializer serializer = new JobSerializer();

    /** A line of the checked-in samples: name, the value for people to read, the bytes as they were first written. */
    private record Sample(String name, String json, String hex) {
        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }
    }

    private static List<Sample> samples(String file) {
        try (InputStream in = JobSerializerTest.class.getResourceAsStream("/journal/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .map(part -> new Sample(part[0], part[1], part[2]))
                    .toList();
        } catch (IOException missing) {
            throw new AssertionError(file, missing);
        }
    }

    @TestFactory
    Stream<DynamicTest> events_written_long_ago_are_read_as_they_were_meant() {
        return samples("job-event-1.txt").stream()
                .map(sample -> DynamicTest.dynamicTest(sample.name(), () -> {
                    Recorded meant = JobTypes.JSON.readValue(sample.json(), Recorded.class);
                    assertEquals(meant, serializer.fromBinary(sample.bytes(), "job-event-1"));
                    assertEquals(sample.json(), JobTypes.JSON.writeValueAsString(meant));
                    assertArrayEquals(sample.bytes(), serializer.toBinary(meant), "still written in the same way");
                }));
    }

    @TestFactory
    Stream<DynamicTest> snapshots_written_long_ago_are_read_as_they_were_meant() {
        return samples("job-snapshot-1.txt").stream()
                .map(sample -> DynamicTest.dynamicTest(sample.name(), () -> {
                    Job meant = JobTypes.JSON.readValue(sample.json(), Job.class);
                    assertEquals(meant, serializer.fromBinary(sample.bytes(), "job-snapshot-1"));
                    assertEquals(sample.json(), JobTypes.JSON.writeValueAsString(meant));
                    assertArrayEquals(sample.bytes(), serializer.toBinary(meant), "still written in the same way");
                }));
    }

    @Test
    void every_event_and_every_state_has_a_name_and_a_sample() throws IOException {
        assertEquals(Set.of(JobEvent.class.getPermittedSubclasses()), Set.copyOf(JobTypes.EVENTS.values()));
        assertEquals(Set.of(JobState.class.getPermittedSubclasses()), Set.copyOf(JobTypes.STATES.values()));
        for (Class<? extends JobEvent> type : JobTypes.EVENTS.values())
            assertSampled(type.getSimpleName(), samples("job-event-1.txt"), Recorded.class);
        for (Class<? extends JobState> type : JobTypes.STATES.values())
            assertSampled(type.getSimpleName(), samples("job-snapshot-1.txt"), Job.class);
    }

    private void assertSampled(String name, List<Sample> samples, Class<?> kind) throws IOException {
        if (samples.stream().anyMatch(sample -> sample.name().equals(name))) return;
        Object value = random(kind, name);
        throw new AssertionError("No sample of " + name + ", add one with a line like\n" + name + "\t"
                + JobTypes.JSON.writeValueAsString(value) + "\t"
                + HexFormat.of().formatHex(serializer.toBinary(value)));
    }

    private static Object random(Class<?> kind, String name) {
        for (long seed = 0; ; seed++) {
            Object value = new RandomRecords(seed).next(kind);
            Object inside = value instanceof Recorded recorded ? recorded.event() : ((Job) value).state();
            if (inside.getClass().getSimpleName().equals(name)) return value;
        }
    }

    /** A constant that is renamed is no longer found in what was written under its old name. */
    @Test
    void the_names_of_constants_stay() throws IOException {
        Set<String> known;
        try (InputStream in = JobSerializerTest.class.getResourceAsStream("/journal/constants.txt")) {
            known = new TreeSet<>(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
        Set<String> present = Stream.of(
                        io.longhaul.job.BitsError.class,
                        io.longhaul.job.ErrorContext.class,
                        io.longhaul.job.Priority.class,
                        io.longhaul.job.QueuedReason.class,
                        io.longhaul.job.StateName.class,
                        io.longhaul.job.JobSpec.JobType.class,
                        io.longhaul.job.JobSpec.NotifyEvent.class,
                        io.longhaul.job.JobOptions.Mode.class,
                        io.longhaul.job.JobOptions.PeerCachingFlag.class,
                        io.longhaul.job.JobOptions.FileAclFlag.class,
                        io.longhaul.job.file.ChecksumAlgorithm.class,
                        io.longhaul.job.http.AuthScheme.class,
                        io.longhaul.job.http.AuthTarget.class,
                        io.longhaul.job.http.ProxyUsage.class,
                        io.longhaul.job.http.RedirectPolicy.class,
                        io.longhaul.job.http.SecurityFlag.class,
                        Recorded.Cause.class)
                .flatMap(type -> Arrays.stream(type.getEnumConstants())
                        .map(constant -> type.getSimpleName() + "." + ((Enum<?>) constant).name()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(String.join("\n", known), String.join("\n", present));
    }

    @Property(tries = 2000)
    void whatever_is_recorded_comes_back(@ForAll long seed) throws IOException {
        Recorded recorded = new RandomRecords(seed).next(Recorded.class);
        assertEquals("job-event-1", serializer.manifest(recorded));
        assertEquals(recorded, serializer.fromBinary(serializer.toBinary(recorded), "job-event-1"));
        assertEquals(recorded, JobTypes.JSON.readValue(JobTypes.JSON.writeValueAsBytes(recorded), Recorded.class));
    }

    @Property(tries = 2000)
    void whatever_a_job_is_comes_back(@ForAll long seed) throws IOException {
        Job job = new RandomRecords(seed).next(Job.class);
        assertEquals("job-snapshot-1", serializer.manifest(job));
        assertEquals(job, serializer.fromBinary(serializer.toBinary(job), "job-snapshot-1"));
    }

    @Property(tries = 500)
    void whatever_a_summary_says_comes_back(@ForAll long seed) throws IOException {
        JobSummary summary = new RandomRecords(seed).next(JobSummary.class);
        assertEquals(summary, JobTypes.CBOR.readValue(JobTypes.CBOR.writeValueAsBytes(summary), JobSummary.class));
    }

    @Test
    void a_filter_comes_back() throws IOException {
        assertEquals(
                JobFilter.ALL,
                JobTypes.CBOR.readValue(JobTypes.CBOR.writeValueAsBytes(JobFilter.ALL), JobFilter.class));
    }

    @Test
    void members_of_newer_versions_are_passed_over() throws IOException {
        Recorded recorded = new RandomRecords(1).next(Recorded.class);
        ObjectNode tree = JobTypes.CBOR.valueToTree(recorded);
        tree.put("addedLater", 7);
        ((ObjectNode) tree.get("event")).putObject("alsoAddedLater").put("x", true);
        assertEquals(recorded, serializer.fromBinary(JobTypes.CBOR.writeValueAsBytes(tree), "job-event-1"));
    }

    @Test
    void what_this_version_does_not_know_is_said_to_be_unreadable() {
        assertThrows(NotSerializableException.class, () -> serializer.fromBinary(new byte[0], "job-event-2"));
        assertThrows(NotSerializableException.class, () -> serializer.fromBinary(new byte[] {1}, "job-event-1"));
        assertThrows(NotSerializableException.class, () -> serializer.fromBinary(new byte[] {1}, "job-snapshot-1"));
        byte[] newer = serializer.toBinary(new RandomRecords(2).next(Recorded.class));
        byte[] name = "\"type\"".getBytes(StandardCharsets.UTF_8);
        assertTrue(newer.length > name.length);
        assertThrows(NotSerializableException.class, () -> JobSerializer.event(1, "job-event-1", newer));
    }
}
