package io.longhaul.testkit;

import io.longhaul.job.Job;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.Recorded;
import io.longhaul.store.JobSerializer;
import java.io.NotSerializableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Says after a fault which promises were broken, by what an observer has: the client's log, the servers' logs, the journal
 * and the store. What it says begins with the promise: {@code lost}, {@code slices}, {@code commits}, {@code limits} or
 * {@code histories}.
 */
public final class PromiseChecker {
    /** By how much the clocks of two nodes may differ. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(1);

    /** A server sees the end of one connection a moment after its client, which may have another one by then. */
    private static final Duration SEEN_WITHIN = Duration.ofMillis(100);

    private final Evidence evidence;
    private final Map<JobId, List<Row>> histories = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    /** A call that was answered with a 2xx, as the client noted it. */
    public record Call(String job, Kind kind) {
        public enum Kind {
            CREATE,
            COMPLETE,
            CANCEL
        }
    }

    /** A row of the journal. */
    public record Row(long ordering, JobId job, long sequence, String writer, Recorded recorded) {}

    /**
     * What there is to judge by.
     *
     * @param calls the client's log
     * @param journal all of it, in the order of its numbers
     * @param served the servers' logs; each path is a file of one job only
     * @param limits the most requests at once that each host may have, {@code name:port}
     * @param background the most background jobs of a queue that may run at once
     * @param names of all files in the store
     */
    public record Evidence(
            List<Call> calls,
            List<Row> journal,
            List<Served> served,
            Map<String, Integer> limits,
            Map<String, Integer> background,
            List<String> names) {
        public Evidence {
            calls = List.copyOf(calls);
            journal = List.copyOf(journal);
            served = List.copyOf(served);
            limits = Map.copyOf(limits);
            background = Map.copyOf(background);
            names = List.copyOf(names);
        }
    }

    private PromiseChecker(Evidence evidence) {
        this.evidence = evidence;
        for (Row row : evidence.journal())
            histories.computeIfAbsent(row.job(), first -> new ArrayList<>()).add(row);
    }

    /** The promises that were not kept, a line for each time; none where all is well. */
    public static List<String> broken(Evidence evidence) {
        var checker = new PromiseChecker(evidence);
        checker.nothingLost();
        checker.histories.forEach(checker::oneSliceAtATime);
        checker.oneRequestAtATime();
        checker.backgroundSlotsHold();
        checker.histories.forEach(checker::oneCommit);
        checker.nothingLeft();
        checker.limitsHold();
        checker.histories.forEach(checker::inOrder);
        return checker.broken;
    }

    /** The whole journal, read with the program's own codec. */
    public static List<Row> journal(DataSource database) {
        var serializer = new JobSerializer();
        List<Row> rows = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT ordering, persistence_id, sequence_number,"
                                + " writer, event_ser_manifest, event_payload FROM event_journal ORDER BY ordering");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                JobId job = JobId.parse(row.getString("persistence_id").substring("Job|".length()))
                        .orElseThrow();
                Object event =
                        serializer.fromBinary(row.getBytes("event_payload"), row.getString("event_ser_manifest"));
                rows.add(new Row(
                        row.getLong("ordering"),
                        job,
                        row.getLong("sequence_number"),
                        row.getString("writer"),
                        (Recorded) event));
            }
        } catch (SQLException | NotSerializableException unreadable) {
            throw new AssertionError(unreadable);
        }
        return rows;
    }

    private void broken(String promise, String what) {
        broken.add(promise + ": " + what);
    }

    private void nothingLost() {
        for (Call call : evidence.calls()) {
            List<Row> history = JobId.parse(call.job()).map(histories::get).orElse(null);
            Class<? extends JobEvent> promised = switch (call.kind()) {
                case CREATE -> JobEvent.JobCreated.class;
                case COMPLETE -> JobEvent.JobAcknowledged.class;
                case CANCEL -> JobEvent.JobCancelled.class;
            };
            if (history == null || count(history, promised) == 0)
                broken(
                        "lost",
                        call.kind() + " of " + call.job() + " was answered, and there is no "
                                + promised.getSimpleName());
        }
    }

    private static long count(List<Row> history, Class<? extends JobEvent> kind) {
        return history.stream()
                .filter(row -> kind.isInstance(row.recorded().event()))
                .count();
    }

    /** As the history tells it, by its own reckoning and not by that of the states. */
    private void oneSliceAtATime(JobId job, List<Row> history) {
        boolean running = false;
        long lastSlice = 0;
        long lastRun = 0;
        for (Row row : history) {
            switch (row.recorded().event()) {
                case JobEvent.SliceGranted granted -> {
                    if (running) broken("slices", job + " was granted " + granted.slice() + " beside " + lastSlice);
                    if (granted.slice() != lastSlice + 1)
                        broken("slices", job + " was granted " + granted.slice() + " after " + lastSlice);
                    running = true;
                    lastSlice = granted.slice();
                    lastRun = granted.slice();
                }
                case JobEvent.SliceRenewed renewed -> {
                    if (!running || renewed.slice() != lastSlice + 1)
                        broken("slices", job + " was renewed " + renewed.slice() + " after " + lastSlice);
                    lastSlice = renewed.slice();
                }
                case JobEvent.FileCheckpointed checkpoint -> ofRun(job, checkpoint.run(), lastRun);
                case JobEvent.FileTransferred transferred -> ofRun(job, transferred.run(), lastRun);
                default -> running = running && !endsSlice(row.recorded().event());
            }
        }
    }

    private void ofRun(JobId job, long run, long lastRun) {
        if (run != lastRun)
            broken("slices", job + " was written by run " + run + " while " + lastRun + " was the last");
    }

    private static boolean endsSlice(JobEvent event) {
        return event instanceof JobEvent.JobQueued
                || event instanceof JobEvent.JobSuspended
                || event instanceof JobEvent.JobStalled
                || event instanceof JobEvent.JobFailed
                || event instanceof JobEvent.JobTransferred
                || event instanceof JobEvent.CompletionBegan
                || event instanceof JobEvent.JobCancelled;
    }

    /** As the servers saw it. */
    private void oneRequestAtATime() {
        Map<String, List<Served>> byFile = new TreeMap<>();
        for (Served one : evidence.served())
            byFile.computeIfAbsent(one.host() + one.path(), first -> new ArrayList<>())
                    .add(one);
        byFile.forEach((file, requests) -> {
            requests.sort(Comparator.comparingLong(Served::begunAt));
            for (int i = 1; i < requests.size(); i++)
                if (requests.get(i - 1).endedAt() - SEEN_WITHIN.toNanos()
                        > requests.get(i).begunAt()) broken("slices", file + " was fetched twice at once");
        });
    }

    private void backgroundSlotsHold() {
        Map<JobId, String> queues = new HashMap<>();
        Map<String, Set<JobId>> running = new HashMap<>();
        for (Row row : evidence.journal()) {
            JobEvent event = row.recorded().event();
            if (event instanceof JobEvent.JobCreated created)
                queues.put(row.job(), created.spec().queue());
            String queue = queues.get(row.job());
            if (queue == null || !evidence.background().containsKey(queue)) continue;
            Set<JobId> here = running.computeIfAbsent(queue, first -> new HashSet<>());
            if (event instanceof JobEvent.SliceGranted) here.add(row.job());
            else if (endsSlice(event)) here.remove(row.job());
            if (here.size() > evidence.background().get(queue))
                broken("slices", here.size() + " jobs of queue " + queue + " ran at once, from line " + row.ordering());
        }
    }

    private void oneCommit(JobId job, List<Row> history) {
        long acknowledged = count(history, JobEvent.JobAcknowledged.class);
        long cancelled = count(history, JobEvent.JobCancelled.class);
        if (acknowledged + cancelled > 1)
            broken("commits", job + " was acknowledged " + acknowledged + " and cancelled " + cancelled + " times");
        Set<Integer> transferred = new HashSet<>();
        for (Row row : history) {
            if (row.recorded().event() instanceof JobEvent.FileRestarted again) transferred.remove(again.fileIndex());
            if (row.recorded().event() instanceof JobEvent.FileTransferred done && !transferred.add(done.fileIndex()))
                broken("commits", job + " has file " + done.fileIndex() + " twice");
        }
    }

    /** Of a job that was completed nothing but its files. */
    private void nothingLeft() {
        histories.forEach((job, history) -> {
            if (count(history, JobEvent.JobAcknowledged.class) == 0) return;
            for (String name : evidence.names())
                if (name.contains(job.toString())) broken("commits", job + " left " + name);
        });
    }

    /** As the servers counted. */
    private void limitsHold() {
        evidence.limits().forEach((host, limit) -> {
            record Change(long at, int by) {}
            List<Change> changes = new ArrayList<>();
            for (Served one : evidence.served()) {
                if (!one.host().equals(host)) continue;
                changes.add(new Change(one.begunAt(), 1));
                if (one.endedAt() != Served.STILL)
                    changes.add(new Change(Math.max(one.begunAt(), one.endedAt() - SEEN_WITHIN.toNanos()), -1));
            }
            changes.sort(Comparator.comparingLong(Change::at).thenComparingInt(Change::by));
            int open = 0;
            int most = 0;
            for (Change change : changes) most = Math.max(most, open += change.by());
            if (most > limit) broken("limits", host + " had " + most + " requests at once, of " + limit);
        });
    }

    private void inOrder(JobId job, List<Row> history) {
        @Nullable Job folded = null;
        Instant last = Instant.EPOCH;
        Set<String> former = new HashSet<>();
        @Nullable String writer = null;
        for (int i = 0; i < history.size(); i++) {
            Row row = history.get(i);
            if (row.sequence() != i + 1) {
                broken("histories", job + " has event " + row.sequence() + " where " + (i + 1) + " belongs");
                return;
            }
            if (row.recorded().at().isBefore(last.minus(CLOCKS_DIFFER)))
                broken("histories", job + " went back in time with event " + row.sequence());
            last = row.recorded().at();
            if (!row.writer().equals(writer)) {
                if (former.contains(row.writer()))
                    broken("histories", job + " had its event " + row.sequence() + " from a writer before its last");
                if (writer != null) former.add(writer);
                writer = row.writer();
            }
            try {
                folded = Job.evolve(folded, job, row.recorded());
            } catch (IllegalStateException illegal) {
                broken("histories", illegal.getMessage() + ", by event " + row.sequence());
                return;
            }
        }
    }
}
