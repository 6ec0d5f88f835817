package io.longhaul.job;

import static io.longhaul.job.BitsError.BG_E_INVALID_RANGE;
import static io.longhaul.job.BitsError.BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE;
import static io.longhaul.job.BitsError.BG_E_OVERLAPPING_RANGES;
import static io.longhaul.job.BitsError.BG_E_STRING_TOO_LONG;
import static io.longhaul.job.BitsError.BG_E_TOO_MANY_FILES_IN_JOB;
import static io.longhaul.job.BitsError.BG_E_TOO_MANY_RANGES_IN_FILE;
import static io.longhaul.job.BitsError.BG_E_UNSUPPORTED_JOB_CONFIGURATION;
import static io.longhaul.job.BitsError.E_INVALIDARG;
import static io.longhaul.job.BitsError.E_NOTIMPL;

import io.longhaul.job.Decision.Refused;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.Destinations;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.LocalName;
import io.longhaul.job.file.RemoteName;
import io.longhaul.job.http.HttpRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a job's properties and files may be: BITS's limits, and ours where it has none. Empty means: nothing is wrong. */
public final class JobRules {
    private static final int LONGEST_DISPLAY_NAME = 256;
    private static final int LONGEST_DESCRIPTION = 1024;
    private static final int MOST_LABELS = 64;
    private static final int LONGEST_LABEL = 256;
    private static final int LONGEST_CUSTOM_HEADERS = 16_384;
    private static final int LONGEST_URL = 2200;
    private static final int MOST_URLS = 16;

    /** BITS holds seconds in an unsigned 32-bit number. */
    public static final Duration LONGEST = Duration.ofSeconds(0xFFFF_FFFFL);

    private static final Duration LONGEST_INTERVAL = Duration.ofMillis(0xFFFF_FFFFL);

    private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern LABEL_KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,127}");
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e\\x80-\\xff\\t]*");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]*");

    /** Headers by which the transfer itself, or the connection, is steered. */
    private static final Set<String> OUR_HEADERS = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "range",
            "if-range",
            "if-match",
            "if-none-match",
            "if-modified-since",
            "if-unmodified-since",
            "accept-encoding");

    private JobRules() {}

    /** Whether it can name a queue. */
    public static boolean isQueueName(String name) {
        return QUEUE.matcher(name).matches();
    }

    /** Whether a header steers the transfer itself, or its connection, so that no job may set it. */
    public static boolean isSetByTransfer(String header) {
        return OUR_HEADERS.contains(header.toLowerCase(Locale.ROOT));
    }

    static Optional<Refused> problem(JobSpec spec) {
        return Optional.ofNullable(specProblem(spec));
    }

    private static @Nullable Refused specProblem(JobSpec spec) {
        if (spec.displayName().isEmpty()) return invalid("displayName must not be empty.");
        if (Characters.in(spec.displayName()) > LONGEST_DISPLAY_NAME)
            return tooLong("displayName", LONGEST_DISPLAY_NAME);
        if (Characters.in(spec.description()) > LONGEST_DESCRIPTION) return tooLong("description", LONGEST_DESCRIPTION);
        if (!Characters.areText(spec.displayName()) || !Characters.areText(spec.description()))
            return invalid("displayName and description must be Unicode text without a NUL character.");
        if (!isQueueName(spec.queue()))
            return invalid("queue must be 1 to 128 letters, digits and . _ - and begin with a letter or digit.");
        if (spec.type() != JobSpec.JobType.DOWNLOAD)
            return new Refused(E_NOTIMPL, "Only jobs of type DOWNLOAD can be created.");
        if (outside(spec.minimumRetryDelay(), Duration.ZERO))
            return invalid("minimumRetryDelaySeconds must be 0 to 4294967295.");
        if (outside(spec.noProgressTimeout(), Duration.ZERO))
            return invalid("noProgressTimeoutSeconds must be 0 to 4294967295.");
        if (outside(spec.maximumDownloadTime(), Duration.ofMillis(1)))
            return invalid("maximumDownloadTimeSeconds must be 1 to 4294967295.");
        if (spec.maxDownloadBytes() != null && spec.maxDownloadBytes() < 1)
            return new Refused(BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE, BG_E_MAX_DOWNLOAD_SIZE_INVALID_VALUE.text());
        if (spec.bandwidthBytesPerSecond() != null && spec.bandwidthBytesPerSecond() < 1)
            return invalid("bandwidthBytesPerSecond must be at least 1.");
        Refused labels = labelProblem(spec.labels());
        if (labels != null) return labels;
        Refused headers = headerProblem(spec.customHeaders());
        if (headers != null) return headers;
        Refused options = optionsProblem(spec);
        if (options != null) return options;
        Refused http = HttpRules.problem(spec);
        if (http != null) return http;
        return spec.notification() == null ? null : notificationProblem(spec.notification());
    }

    private static @Nullable Refused optionsProblem(JobSpec spec) {
        boolean dynamic = spec.is(JobOptions.Mode.DYNAMIC_CONTENT);
        boolean onDemand = spec.is(JobOptions.Mode.ON_DEMAND);
        if (dynamic && onDemand) return unsupported("A job is not both dynamicContent and onDemand.");
        if (dynamic && spec.requireRanges())
            return unsupported("dynamicContent is for servers without ranges, which requireRanges refuses.");
        return onDemand && spec.is(JobOptions.Mode.HIGH_PERFORMANCE)
                ? unsupported("A job is not both highPerformance and onDemand.")
                : null;
    }

    /** What properties and files are not together. */
    static Optional<Refused> problem(JobSpec spec, List<FileSource> files) {
        boolean ranged = files.stream().anyMatch(file -> !file.ranges().isEmpty());
        if (ranged && spec.is(JobOptions.Mode.DYNAMIC_CONTENT))
            return Optional.of(unsupported("A file of a job that is dynamicContent has no ranges."));
        if (ranged && spec.is(JobOptions.Mode.ON_DEMAND))
            return Optional.of(
                    unsupported("Ranges are requested of a file of a job that is onDemand, not given with it."));
        return Optional.empty();
    }

    private static @Nullable Refused labelProblem(Map<String, String> labels) {
        if (labels.size() > MOST_LABELS) return invalid("A job has at most " + MOST_LABELS + " labels.");
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (!LABEL_KEY.matcher(label.getKey()).matches())
                return invalid(
                        "A label's name must be 1 to 128 letters, digits and . _ / - and begin with a letter or digit.");
            if (Characters.in(label.getValue()) > LONGEST_LABEL)
                return tooLong("labels." + label.getKey(), LONGEST_LABEL);
            if (!Characters.areText(label.getValue()))
                return invalid("A label must be Unicode text without a NUL character.");
        }
        return null;
    }

    /** What is wrong with custom headers; null: nothing. */
    public static @Nullable Refused headerProblem(Map<String, String> headers) {
        int length = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (!HEADER_NAME.matcher(header.getKey()).matches())
                return invalid("customHeaders: a name is not one that HTTP allows.");
            if (isSetByTransfer(header.getKey()))
                return invalid("customHeaders: " + header.getKey() + " is set by the transfer itself.");
            if (!HEADER_VALUE.matcher(header.getValue()).matches())
                return invalid(
                        "customHeaders: the value of " + header.getKey() + " has characters that HTTP does not allow.");
            length +=
                    header.getKey().length() + ": ".length() + header.getValue().length() + "\r\n".length();
        }
        return length > LONGEST_CUSTOM_HEADERS ? tooLong("customHeaders", LONGEST_CUSTOM_HEADERS) : null;
    }

    private static @Nullable Refused notificationProblem(JobSpec.Notify notify) {
        if (notify.command() != null && !COMMAND.matcher(notify.command()).matches())
            return invalid("notify.command must be the name of one of the operator's commands.");
        if (outside(notify.interval(), Duration.ZERO, LONGEST_INTERVAL))
            return invalid("notify.minimumIntervalMilliseconds must be 0 to 4294967295.");
        String url = notify.url();
        if (url == null) return null;
        if (Characters.in(url) > LONGEST_URL) return tooLong("notify.url", LONGEST_URL);
        return RemoteName.problem(url)
                .map(problem -> invalid("notify.url: " + problem))
                .orElse(null);
    }

    /**
     * @param already how many files the job has
     */
    static Optional<Refused> problem(List<FileSource> files, int already, JobLimits limits) {
        if (already + files.size() > limits.maxFiles())
            return Optional.of(
                    new Refused(BG_E_TOO_MANY_FILES_IN_JOB, "A job has at most " + limits.maxFiles() + " files."));
        for (int i = 0; i < files.size(); i++) {
            Refused problem = fileProblem(files.get(i), limits);
            if (problem != null) return Optional.of(files.size() == 1 ? problem : inFile(i, problem));
        }
        return Optional.empty();
    }

    private static Refused inFile(int index, Refused problem) {
        return new Refused(problem.code(), "files[" + index + "]: " + problem.detail());
    }

    /**
     * Whether two files would be at one place.
     *
     * @param folder of whom those are that are added
     */
    static Optional<Refused> problem(List<JobFile> already, List<FileSource> added, Owner folder) {
        return Destinations.problem(already, added, folder).map(JobRules::invalid);
    }

    /** SetRemoteName, ReplaceRemotePrefix: whether two files that are not the same any more would be at one place. */
    static Optional<Refused> moveProblem(List<JobFile> files, List<JobFile> moved) {
        return Destinations.problem(files, moved).map(JobRules::invalid);
    }

    private static @Nullable Refused fileProblem(FileSource file, JobLimits limits) {
        Optional<Refused> name = remoteNamesProblem(file.remoteNames())
                .or(() -> LocalName.problem(file.localName()).map(problem -> invalid("localName: " + problem)));
        if (name.isPresent()) return name.get();
        for (Checksum checksum : file.expected()) {
            int digits = 2 * checksum.algorithm().bytes();
            if (checksum.hex().length() != digits
                    || !HEX.matcher(checksum.hex()).matches())
                return invalid(
                        "The checksum " + checksum.algorithm().label() + " must be " + digits + " hexadecimal digits.");
        }
        if (file.ranges().size() > limits.maxRangesPerFile())
            return new Refused(
                    BG_E_TOO_MANY_RANGES_IN_FILE, "A file has at most " + limits.maxRangesPerFile() + " ranges.");
        return rangeProblem(file.ranges());
    }

    /** SetRemoteName: what the URLs of a file may be. */
    static Optional<Refused> remoteNamesProblem(List<String> names) {
        if (names.isEmpty()) return Optional.of(invalid("A file has at least one remoteName."));
        if (names.size() > MOST_URLS) return Optional.of(invalid("A file has at most " + MOST_URLS + " remoteNames."));
        for (String name : names) {
            Optional<String> problem = RemoteName.problem(name);
            if (problem.isPresent()) return Optional.of(invalid("remoteName: " + problem.get()));
        }
        return Optional.empty();
    }

    /** Why a range can be none of any file; null where it can. */
    static @Nullable String rangeProblem(ByteRange range) {
        Long length = range.length();
        if (range.initialOffset() < 0 || (length != null && length < 1))
            return "A range begins at 0 or later and has at least one byte.";
        if (length != null && range.initialOffset() > Long.MAX_VALUE - 1 - length)
            return "A range ends beyond what a file can hold.";
        return null;
    }

    private static @Nullable Refused rangeProblem(List<ByteRange> ranges) {
        for (ByteRange range : ranges) {
            String problem = rangeProblem(range);
            if (problem != null) return new Refused(BG_E_INVALID_RANGE, problem);
        }
        List<ByteRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(ByteRange::initialOffset));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i - 1).end() > sorted.get(i).initialOffset())
                return new Refused(BG_E_OVERLAPPING_RANGES, BG_E_OVERLAPPING_RANGES.text());
        }
        return null;
    }

    private static boolean outside(Duration duration, Duration shortest) {
        return outside(duration, shortest, LONGEST);
    }

    private static boolean outside(Duration duration, Duration shortest, Duration longest) {
        return duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0;
    }

    private static Refused unsupported(String detail) {
        return new Refused(BG_E_UNSUPPORTED_JOB_CONFIGURATION, detail);
    }

    private static Refused invalid(String detail) {
        return new Refused(E_INVALIDARG, detail);
    }

    private static Refused tooLong(String what, int longest) {
        return new Refused(BG_E_STRING_TOO_LONG, what + " is longer than " + longest + " characters.");
    }
}
