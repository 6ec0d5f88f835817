package io.longhaul.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One run: creates the jobs, waits until they are transferred, completes them, waits until they are done. */
public final class Load {
    private static final Duration BETWEEN_COUNTS = Duration.ofMillis(50);
    /** Counting must not become the load. */
    private static final int COUNTING_AT_MOST_ONE_OF = 10;

    private final NodeApi node;
    private final Workload workload;
    private final Progress progress;
    private final Answers answers;
    private final long startedAt = System.nanoTime();

    private Load(NodeApi node, Workload workload, long jobs, Progress progress) {
        this.node = node;
        this.workload = workload;
        this.progress = progress;
        this.answers = new Answers(jobs);
    }

    /** How far a run goes. */
    public enum Until {
        ACCEPTED,
        TRANSFERRED,
        COMPLETED
    }

    /**
     * What came of a run. The times are from its begin.
     *
     * @param unfinished jobs that ended in another way than by being transferred and, where asked for, completed
     * @param oneFailure the error of one of them; empty where none of them has one
     */
    public record Result(
            long accepted,
            long refused,
            String firstRefusal,
            long transferred,
            long completed,
            long unfinished,
            String oneFailure,
            Duration untilAccepted,
            Duration untilTransferred,
            Duration untilCompleted,
            Latencies oneJob) {
        public boolean failed() {
            return refused > 0 || unfinished > 0;
        }
    }

    /** Runs so many jobs, over so many connections. */
    public static Result run(
            NodeApi node, Workload workload, long jobs, int connections, Until until, Progress progress) {
        return new Load(node, workload, jobs, progress).run(jobs, connections, until);
    }

    private Result run(long jobs, int connections, Until until) {
        create(jobs, connections);
        Duration untilAccepted = elapsed();
        Counts counts = Counts.NONE;
        Latencies oneJob = Latencies.NONE;
        if (until != Until.ACCEPTED) {
            try (var sampler = new Sampler(node, answers.sample())) {
                counts = transfer();
                oneJob = sampler.latencies();
            }
        }
        Duration untilTransferred = elapsed();
        long transferred = counts.arrived();
        if (until == Until.COMPLETED) counts = complete(transferred);
        Duration untilCompleted = elapsed();
        long unfinished = switch (until) {
            case ACCEPTED -> 0;
            case TRANSFERRED -> answers.accepted() - transferred;
            case COMPLETED -> answers.accepted() - counts.acknowledged();
        };
        return new Result(
                answers.accepted(),
                answers.refused(),
                answers.firstRefusal(),
                transferred,
                counts.acknowledged(),
                unfinished,
                unfinished > 0 ? oneFailure() : "",
                untilAccepted,
                untilTransferred,
                untilCompleted,
                oneJob);
    }

    /** Empty where none is in ERROR: cancelled by somebody, say. */
    private String oneFailure() {
        JsonNode error = node.get("/v1/jobs?limit=1&state=ERROR&" + workload.filter())
                .path("jobs")
                .path(0)
                .path("error");
        if (error.path("code").asText().isEmpty()) return "";
        return error.path("code").asText() + ", " + error.path("description").asText();
    }

    private void create(long jobs, int connections) {
        progress.begin("Accepted", jobs);
        Thread teller = Thread.ofVirtual().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                progress.at(answers.accepted(), remark(answers.refused(), "refused"));
                LockSupport.parkNanos(BETWEEN_COUNTS.toNanos());
            }
        });
        try {
            Batch.send(node, workload, jobs, connections, answers);
        } finally {
            teller.interrupt();
        }
        progress.at(answers.accepted(), remark(answers.refused(), "refused"));
        progress.end();
    }

    private Counts transfer() {
        progress.begin("Transferred", answers.accepted());
        Counts counts = await(answers.accepted(), Counts::ended, Counts::arrived);
        progress.end();
        return counts;
    }

    /** Each call takes the jobs that the index has as TRANSFERRED, and the index may be a second behind. */
    private Counts complete(long transferred) {
        progress.begin("Completed", transferred);
        Counts counts = Counts.NONE;
        while (counts.acknowledged() < transferred) {
            JsonNode operation = node.post("/v1/jobs/complete?state=TRANSFERRED&" + workload.filter());
            String path = "/v1/operations/" + operation.path("id").asText();
            while (!operation.path("state").asText().equals("DONE")) {
                progress.at(counts.acknowledged() + operation.path("applied").asLong(), "");
                pause(BETWEEN_COUNTS);
                operation = node.get(path);
            }
            long applied = operation.path("applied").asLong();
            counts = await(counts.acknowledged() + applied, Counts::acknowledged, Counts::acknowledged);
            boolean stuck = applied == 0 && operation.path("refused").asLong() > 0;
            if (stuck) break;
        }
        progress.end();
        return counts;
    }

    /** @param over what there must be so many of; a job that has failed is over, and is not told of as one that is done */
    private Counts await(long wanted, ToLongFunction<Counts> over, ToLongFunction<Counts> done) {
        while (true) {
            long askedAt = System.nanoTime();
            Counts counts = Counts.of(node.get("/v1/jobs/count?" + workload.filter()));
            Duration asking = Duration.ofNanos(System.nanoTime() - askedAt);
            progress.at(done.applyAsLong(counts), counts.remark());
            if (over.applyAsLong(counts) >= wanted) return counts;
            Duration rest = asking.multipliedBy(COUNTING_AT_MOST_ONE_OF);
            pause(rest.compareTo(BETWEEN_COUNTS) > 0 ? rest : BETWEEN_COUNTS);
        }
    }

    private static String remark(long jobs, String what) {
        return jobs == 0 ? "" : jobs + " " + what;
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
        if (Thread.currentThread().isInterrupted()) throw new LoadException("The run was interrupted.");
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /** The jobs of the run by what has become of them. */
    private record Counts(long transferred, long acknowledged, long lost, long troubled) {
        static final Counts NONE = new Counts(0, 0, 0, 0);

        static Counts of(JsonNode count) {
            JsonNode states = count.path("byState");
            return new Counts(
                    states.path("TRANSFERRED").asLong(),
                    states.path("ACKNOWLEDGED").asLong(),
                    states.path("ERROR").asLong() + states.path("CANCELLED").asLong(),
                    states.path("TRANSIENT_ERROR").asLong());
        }

        /** Those whose files are here. Somebody else may have completed some. */
        long arrived() {
            return transferred + acknowledged;
        }

        String remark() {
            return Stream.of(Load.remark(lost, "failed"), Load.remark(troubled, "wait after an error"))
                    .filter(one -> !one.isEmpty())
                    .collect(Collectors.joining(", "));
        }

        /** Those that nobody need wait for any more. */
        long ended() {
            return arrived() + lost;
        }
    }
}
