package io.longhaul.job;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
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
        @Nullable JobOptions options) {

    public JobSpec {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        customHeaders = Collections.unmodifiableSortedMap(new TreeMap<>(customHeaders));
        if (JobOptions.USUAL.equals(options)) options = null;
    }

    /** One without options. */
    public JobSpec(
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
            @Nullable Notify notification) {
        this(
                owner,
                queue,
                displayName,
                description,
                type,
                priority,
                labels,
                minimumRetryDelay,
                noProgressTimeout,
                maximumDownloadTime,
                inactivityTimeout,
                maxDownloadBytes,
                requireRanges,
                bandwidthBytesPerSecond,
                customHeaders,
                notification,
                null);
    }

    /** What few jobs have. */
    public JobOptions jobOptions() {
        return options == null ? JobOptions.USUAL : options;
    }

    /** Whether the job has that mode. */
    public boolean is(JobOptions.Mode mode) {
        return options != null && options.has(mode);
    }

    /** BG_JOB_TYPE. */
    public enum JobType {
        DOWNLOAD,
        UPLOAD,
        UPLOAD_REPLY
    }

    /** Whom to tell of what. */
    public record Notify(List<NotifyEvent> events, @Nullable String url) {
        public Notify {
            events = List.copyOf(events);
        }
    }

    /** BITS's notify flags. */
    public enum NotifyEvent {
        JOB_TRANSFERRED,
        JOB_ERROR,
        JOB_MODIFICATION,
        FILE_TRANSFERRED,
        FILE_RANGES_TRANSFERRED
    }

    /** What TakeOwnership leaves: the new owner never sees the old one's secrets. */
    JobSpec takenBy(Owner newOwner) {
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
                inactivityTimeout,
                maxDownloadBytes,
                requireRanges,
                bandwidthBytesPerSecond,
                new TreeMap<>(),
                notification,
                options);
    }
}
