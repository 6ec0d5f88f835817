package io.longhaul.bench;

import java.time.Duration;
import java.util.Locale;

/** What is printed at the end of a run. */
final class Summary {
    private static final double NANOS = 1e9;
    private static final double NANOS_IN_MILLI = 1e6;

    private Summary() {}

    static String of(Workload workload, Load.Result result, boolean completed) {
        var text = new StringBuilder();
        line(text, "%nThe jobs: GET /v1/jobs?%s", workload.filter());
        row(text, "accepted", result.accepted(), result.untilAccepted());
        row(text, "transferred", result.transferred(), result.untilTransferred());
        if (completed) row(text, "completed", result.completed(), result.untilCompleted());
        line(text, "%-12s %,12d", "failed", result.unfinished());
        if (!result.oneFailure().isEmpty()) line(text, "One failure: %s", result.oneFailure());
        line(text, "%-12s %,12d", "refused", result.refused());
        if (result.refused() > 0) line(text, "The first refusal: %s", result.firstRefusal());
        Latencies calls = result.oneJob();
        calls.percentile(0.5)
                .ifPresent(median -> line(
                        text,
                        "GET of a job while they ran: median %.1f ms, 99%% within %.1f ms, %,d calls",
                        millis(median),
                        millis(calls.percentile(0.99).orElse(median)),
                        calls.sorted().size()));
        return text.toString();
    }

    /** Counted from the first line of the batch: "completed" is the whole life. */
    private static void row(StringBuilder text, String what, long jobs, Duration time) {
        double seconds = time.toNanos() / NANOS;
        line(text, "%-12s %,12d  after %,10.2f s  %,10.0f a second", what, jobs, seconds, jobs / seconds);
    }

    private static double millis(Duration time) {
        return time.toNanos() / NANOS_IN_MILLI;
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format + "%n", values));
    }
}
