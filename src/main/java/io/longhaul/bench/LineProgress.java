package io.longhaul.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A line now and then, for a log. */
final class LineProgress implements Progress {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final PrintWriter out;
    private final LongSupplier nanoTime;
    private String what = "";
    private long total;
    private long lastLineAt;
    private String lastLine = "";

    LineProgress(PrintWriter out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void begin(String newWhat, long newTotal) {
        what = newWhat;
        total = newTotal;
        lastLineAt = nanoTime.getAsLong();
        lastLine = "";
    }

    @Override
    public synchronized void at(long done, String remark) {
        lastLine = String.format(
                Locale.ROOT, "%s %,d of %,d%s", what, done, total, remark.isEmpty() ? "" : " (" + remark + ")");
        if (nanoTime.getAsLong() - lastLineAt >= BETWEEN_LINES.toNanos()) print();
    }

    @Override
    public synchronized void end() {
        print();
    }

    private void print() {
        lastLineAt = nanoTime.getAsLong();
        if (lastLine.isEmpty()) return;
        out.println(lastLine);
        out.flush();
        lastLine = "";
    }
}
