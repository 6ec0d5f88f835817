package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec.NotifyEvent;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names a notification for ever: of one event a job tells each thing once. */
public record NotificationKey(JobId job, long sequence, NotifyEvent event) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f-]{36})-([0-9]{1,18})-([A-Z_]{1,64})");

    /** The {@code webhook-id}. */
    public String id() {
        return job + "-" + sequence + "-" + event.name();
    }

    /** Empty where the text is no such id. */
    public static Optional<NotificationKey> parse(String id) {
        Matcher matcher = FORM.matcher(id);
        if (!matcher.matches()) return Optional.empty();
        Optional<NotifyEvent> event = Arrays.stream(NotifyEvent.values())
                .filter(one -> one.name().equals(matcher.group(3)))
                .findFirst();
        return JobId.parse(matcher.group(1))
                .flatMap(job -> event.map(named -> new NotificationKey(job, Long.parseLong(matcher.group(2)), named)));
    }
}
