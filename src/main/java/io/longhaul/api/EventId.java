package io.longhaul.api;

import akka.http.javadsl.model.HttpRequest;
import io.longhaul.api.json.Refusal;
import io.longhaul.job.JobId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The id of a message to a watcher: {@code <jobId>:<sequence>}. */
record EventId(JobId job, long sequence) {
    static final String HEADER = "Last-Event-ID";
    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F-]{36}):([0-9]{1,18})");

    /** The last one that the client has seen, where it says so. */
    static Optional<EventId> lastSeen(HttpRequest request) {
        return SingleHeader.of(request, HEADER)
                .filter(text -> !text.isEmpty()) // what a browser sends that has seen none
                .map(EventId::parse);
    }

    private static EventId parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) throw malformed();
        JobId job = JobId.parse(parts.group(1)).orElseThrow(EventId::malformed);
        return new EventId(job, Long.parseLong(parts.group(2)));
    }

    private static Refusal malformed() {
        return Refusal.invalid(HEADER + " must be an id that a watch has sent.");
    }
}
