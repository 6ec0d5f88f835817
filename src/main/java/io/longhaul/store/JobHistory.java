package io.longhaul.store;

import io.longhaul.entity.Step;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.store.JobFolder.Folded;
import io.longhaul.store.JobFolder.Unreadable;
import io.longhaul.store.Journal.Line;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of one job, line by line, up to where its history is damaged. */
final class JobHistory {
    private final JobId id;
    private final long notified;
    private final List<NotificationRow> notifications = new ArrayList<>();
    private @Nullable Job job;
    private @Nullable Unreadable damage;

    /**
     * A history that goes on with the next line.
     *
     * @param before null: it begins
     * @param notified up to that line it was decided already of what the owner is to be told
     */
    JobHistory(JobId id, @Nullable Job before, long notified) {
        this.id = id;
        this.job = before;
        this.notified = notified;
    }

    void follow(Line line) {
        follow(line, null);
    }

    /**
     * Lines that the job has seen already are passed over, and such that follow upon damage.
     *
     * @param known what that line says, if it is known already
     */
    void follow(Line line, @Nullable Step known) {
        Job before = job;
        if (damage != null || (before != null && line.sequence() <= before.sequence())) return;
        try {
            Step step = known != null && known.after().sequence() == 1 + (before == null ? 0 : before.sequence())
                    ? known
                    : line.follow(before, id);
            if (before != null && line.ordering() > notified) NotificationRow.add(notifications, before, step);
            job = step.after();
        } catch (RuntimeException damaged) {
            // Whatever a history that makes no sense leads to: it is one job's, and the others go on.
            damage = new Unreadable(id, line.sequence(), damaged.toString());
        }
    }

    boolean isDamaged() {
        return damage != null;
    }

    /** Adds what there is by now: where it is damaged, the job as it was before, too. */
    void addTo(Folded folded) {
        Job last = job;
        if (last != null) addTo(folded, last);
        if (damage != null) folded.unreadable().add(damage);
    }

    private void addTo(Folded folded, Job last) {
        try {
            folded.rows().add(JobRow.of(last));
            folded.jobs().add(last);
            folded.notifications().addAll(notifications);
        } catch (RuntimeException damaged) {
            damage = new Unreadable(id, last.sequence(), damaged.toString());
        }
    }
}
