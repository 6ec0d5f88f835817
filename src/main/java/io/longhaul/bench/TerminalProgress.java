package io.longhaul.bench;

import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/** A bar for somebody who looks on. */
final class TerminalProgress implements Progress {
    private static final int MILLIS_BETWEEN_UPDATES = 250;

    private @Nullable ProgressBar bar;

    @Override
    public void begin(String what, long total) {
        bar = new ProgressBarBuilder()
                .setTaskName(String.format(Locale.ROOT, "%-11s", what))
                .setInitialMax(total)
                .setUpdateIntervalMillis(MILLIS_BETWEEN_UPDATES)
                .showSpeed()
                .build();
    }

    @Override
    public void at(long done, String remark) {
        if (bar != null) bar.stepTo(done).setExtraMessage(remark.isEmpty() ? "" : " " + remark);
    }

    @Override
    public void end() {
        if (bar != null) bar.close();
        bar = null;
    }
}
