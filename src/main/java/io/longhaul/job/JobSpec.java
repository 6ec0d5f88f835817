package io.longhaul.job;

import io.longhaul.job.http.HttpOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the owner set: the properties of IBackgroundCopyJob and its successors, and ours beyond them.
 *
 * @param labels the owner's own names for finding jobs again
 * @param minimumRetryDelay how long a job waits at least after a transient error
 * @param noProgressTimeout how long a job may go on failing without a byte of progress; zero: every error is fatal
 * @param maximumDownloadTime time in CONNECTING and TRANSFERRING together
 * @param inactivityTimeout after so long without a change or progress the job is cancelled
 * @param maxDownloadBytes of all files together; null: no limit
 * @param requireRanges whether a server without byte ranges or without a length is a fatal error
 * @param bandwidthBytesPerSecond null: no limit
 * @param customHeaders sent with every request of the job
 * @param notification whom to tell of what; null: nobody
 * @param options what few jobs have; null: nothing of it
 * @param http how it speaks HTTP; null: as usual, so that most jobs need not say so in every event
 */
public record JobSpec(
        Owner owner,
        String queue,
        String displayName,
        String description,
        JobType type,
        Priority priority,
        SortedMap<String, String> labels,
        Duration minimumRetryDelay,
        Duration noProgressTimeout,
        Duration maximumDownloadTime,
        Duration inactivityTimeout,
        @Nullable Long maxDownloadBytes,
        boolean requireRanges,
        @Nullable Long bandwidthBytesPerSecond,
        SortedMap<String, String> customHeaders,
        @Nullable Notify notification,
        @Nullable JobOptions options,
        @Nullable HttpOptions http) {

    public JobSpec {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        customHeaders = Collections.unmodifiableSortedMap(new TreeMap<>(customHeaders));
        if (JobOptions.USUAL.equals(options)) options = null;
        if (HttpOptions.USUAL.equals(http)) http = null;
    }

    /** What few jobs have. */
    public JobOptions jobOptions() {
        return options == null ? JobOptions.USUAL : options;
    }

    /** Whether the job has that mode. */
    public boolean is(JobOptions.Mode mode) {
        return options != null && options.has(mode);
    }

    /** How it speaks HTTP. */
    public HttpOptions httpOptions() {
        return http == null ? HttpOptions.USUAL : http;
    }

    /** Where its secrets are kept. */
    public Set<UUID> secrets() {
        return http == null ? Set.of() : http.secrets();
    }

    /** BG_JOB_TYPE. */
    public enum JobType {
        DOWNLOAD,
        UPLOAD,
        UPLOAD_REPLY
    }

    /**
     * Whom to tell of what.
     *
     * @param events BITS's notify flags; none is its BG_NOTIFY_DISABLE
     * @param url of the webhook, which stands for BITS's callback object; null: none
     * @param command the name of one of the operator's commands, which stands for BITS's command line; null: none
     * @param minimumInterval between two notifications that are made often; null: BITS's half a second
     */
    public record Notify(
            List<NotifyEvent> events,
            @Nullable String url,
            @Nullable String command,
            @Nullable Duration minimumInterval) {
        public static final Duration USUAL_INTERVAL = Duration.ofMillis(500);

        /** The only ones that BITS runs a command line for. */
        private static final Set<NotifyEvent> RUN_COMMANDS = Set.of(NotifyEvent.JOB_TRANSFERRED, NotifyEvent.JOB_ERROR);

        public Notify {
            events = List.copyOf(events);
        }

        public Notify(List<NotifyEvent> events, @Nullable String url) {
            this(events, url, null, null);
        }

        /** Whether anybody wants to hear of it. */
        public boolean tells(NotifyEvent event) {
            return events.contains(event) && (url != null || runsCommandFor(event));
        }

        public boolean runsCommandFor(NotifyEvent event) {
            return command != null && RUN_COMMANDS.contains(event);
        }

        public Duration interval() {
            return minimumInterval == null ? USUAL_INTERVAL : minimumInterval;
        }

        /** The same webhook for a new owner: BITS strips the command line. */
        Notify withoutCommand() {
            return new Notify(events, url, null, minimumInterval);
        }
    }

    /** BITS's notify flags. */
    public enum NotifyEvent {
        JOB_TRANSFERRED,
        JOB_ERROR,
        JOB_MODIFICATION,
        FILE_TRANSFERRED,
        FILE_RANGES_TRANSFERRED;

        /** Made so often that BITS keeps an interval between two of them; what waits for it is told as one. */
        public boolean isFrequent() {
            return this == JOB_MODIFICATION || this == FILE_RANGES_TRANSFERRED;
        }
    }

    /** What TakeOwnership leaves: the new owner never sees the old one's secrets. */
    JobSpec takenBy(Owner newOwner) {
        Notify told = notification == null ? null : notification.withoutCommand();
        return with(newOwner, new TreeMap<>(), told, http == null ? null : http.withoutSecrets());
    }

    /** The same under a policy that has another inactivity timeout. */
    JobSpec inactiveAfter(Duration timeout) {
        return with(owner, timeout, customHeaders, notification, http);
    }

    /** What is left once the job is over: nothing will be asked of a server any more. */
    JobSpec withoutSecrets() {
        return http == null ? this : with(owner, customHeaders, notification, http.withoutSecrets());
    }

    /** The same with custom headers, or options, that are kept elsewhere or no longer. */
    public JobSpec with(SortedMap<String, String> headers, HttpOptions speaks) {
        return with(owner, headers, notification, speaks);
    }

    private JobSpec with(
            Owner newOwner, SortedMap<String, String> headers, @Nullable Notify told, @Nullable HttpOptions speaks) {
        return with(newOwner, inactivityTimeout, headers, told, speaks);
    }

    private JobSpec with(
            Owner newOwner,
            Duration inactiveAfter,
            SortedMap<String, String> headers,
            @Nullable Notify told,
            @Nullable HttpOptions speaks) {
        return new JobSpec(
                newOwner,
                queue,
                displayName,
                description,
                type,
                priority,
                labels,
                minimumRetryDelay,
                noProgressTimeout,
                maximumDownloadTime,
                inactiveAfter,
                maxDownloadBytes,
                requireRanges,
                bandwidthBytesPerSecond,
                headers,
                told,
                options,
                speaks);
    }
}
