package io.longhaul.scheduler;

import io.longhaul.entity.JobReply;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Jobs;
import io.longhaul.job.Alarm;
import io.longhaul.job.JobCommand;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.SchedulerCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Jobs that do nothing and remember what they were told, in order. */
final class ToldJobs implements Jobs {
    record Told(JobId job, JobCommand command) {
        /** "+1@2": slice 2 for job 1; "-1" ends its slice, "=1@2" renews it; "?1" asks, "!1" wakes. */
        String text() {
            long number = job.value().getLeastSignificantBits() & 0xFFFF;
            return switch (command) {
                case SchedulerCommand.GrantSlice grant -> "+" + number + "@" + grant.slice();
                case SchedulerCommand.RenewSlice renew -> "=" + number + "@" + renew.slice();
                case SchedulerCommand.EndSlice end when end.slice() == 0 -> "?" + number;
                case SchedulerCommand.EndSlice end -> "-" + number;
                case Alarm alarm -> "!" + number;
                default -> command.toString();
            };
        }
    }

    private final Queue<Told> told = new ConcurrentLinkedQueue<>();
    private final Consumer<Told> listener;

    ToldJobs() {
        this(each -> {});
    }

    ToldJobs(Consumer<Told> listener) {
        this.listener = listener;
    }

    /** What has been said since this was asked last. */
    List<Told> news() {
        List<Told> news = new ArrayList<>();
        for (Told next = told.poll(); next != null; next = told.poll()) news.add(next);
        return news;
    }

    private void add(Told each) {
        told.add(each);
        listener.accept(each);
    }

    @Override
    public void tell(JobId id, SchedulerCommand command) {
        add(new Told(id, command));
    }

    @Override
    public void tell(JobId id, Alarm alarm) {
        add(new Told(id, alarm));
    }

    @Override
    public CompletionStage<JobReply> ask(JobId id, OwnerCommand command, String by, @Nullable String request) {
        throw new IllegalStateException("Owners ask");
    }

    @Override
    public CompletionStage<Optional<JobView>> view(JobId id) {
        throw new IllegalStateException("Owners look");
    }
}
