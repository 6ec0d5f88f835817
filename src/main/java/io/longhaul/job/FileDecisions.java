package io.longhaul.job;

import static io.longhaul.job.BitsError.BG_E_INVALID_RANGE;
import static io.longhaul.job.BitsError.BG_E_INVALID_STATE;
import static io.longhaul.job.BitsError.BG_E_TOO_MANY_RANGES_IN_FILE;
import static io.longhaul.job.BitsError.BG_E_UNSUPPORTED_JOB_CONFIGURATION;
import static io.longhaul.job.BitsError.BG_E_VALIDATION_FAILED;
import static io.longhaul.job.BitsError.E_INVALIDARG;
import static io.longhaul.job.BitsError.E_PENDING;
import static io.longhaul.job.Decision.ignore;
import static io.longhaul.job.Decision.refuse;

import io.longhaul.job.JobEvent.FileRetried;
import io.longhaul.job.JobEvent.FileSkipped;
import io.longhaul.job.JobEvent.FileValidated;
import io.longhaul.job.JobEvent.JobFailed;
import io.longhaul.job.JobEvent.JobQueued;
import io.longhaul.job.JobEvent.PiecesAsked;
import io.longhaul.job.JobEvent.RemoteNamesChanged;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.Pieces;
import io.longhaul.job.file.RemoteName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a {@link FileCommand} does to a job that is not final, whatever its state. */
final class FileDecisions {
    private final Job job;
    private final Instant now;

    FileDecisions(Job job, Instant now) {
        this.job = job;
        this.now = now;
    }

    Decision decide(FileCommand command) {
        return switch (command) {
            case FileCommand.SetRemoteNames set -> with(set.fileIndex(), file -> rename(file, set.remoteNames()));
            case FileCommand.ReplaceRemotePrefix replace -> replacePrefix(replace);
            case FileCommand.SkipFile skip -> with(skip.fileIndex(), this::skip);
            case FileCommand.RetryFile retry -> with(retry.fileIndex(), this::retry);
            case FileCommand.ValidateFile validate ->
                with(validate.fileIndex(), file -> validate(file, validate.valid()));
            case FileCommand.RequestRanges request -> with(request.fileIndex(), file -> request(file, request));
            case FileCommand.MoveDownload move -> with(move.fileIndex(), file -> move(file, move.offset()));
        };
    }

    private interface OnFile {
        Decision decide(JobFile file);
    }

    private Decision with(int index, OnFile decision) {
        return index >= 0 && index < job.files().size()
                ? decision.decide(job.files().get(index))
                : refuse(BitsError.BG_E_FILE_NOT_FOUND);
    }

    private Decision rename(JobFile file, List<String> remoteNames) {
        Optional<Decision.Refused> problem = JobRules.remoteNamesProblem(remoteNames);
        if (problem.isPresent()) return problem.get();
        boolean same = file.source().remoteNames().equals(remoteNames)
                && file.marks().origins().isEmpty(); // else the owner says that where a redirect led is right
        // BITS leaves finished files as they are
        if (file.transferred() || same) return ignore();
        return moved(List.of(new RemoteNamesChanged(file.index(), remoteNames, List.of())));
    }

    private Decision replacePrefix(FileCommand.ReplaceRemotePrefix replace) {
        if (replace.oldPrefix().isEmpty() || replace.newPrefix().isEmpty())
            return refuse(E_INVALIDARG, "oldPrefix and newPrefix must not be empty.");
        List<RemoteNamesChanged> changes = new ArrayList<>();
        for (JobFile file : job.files()) {
            if (file.transferred()) continue;
            List<String> before = file.source().remoteNames();
            List<String> after =
                    before.stream().map(name -> replaced(name, replace)).toList();
            if (after.equals(before)) continue;
            Optional<Decision.Refused> problem = JobRules.remoteNamesProblem(after);
            if (problem.isPresent()) return problem.get();
            changes.add(new RemoteNamesChanged(file.index(), after, redirected(file, after, replace.newPrefix())));
        }
        return changes.isEmpty() ? ignore() : moved(changes);
    }

    private Decision moved(List<RemoteNamesChanged> changes) {
        List<JobFile> files = changes.stream()
                .map(change -> job.files().get(change.fileIndex()).renamed(change.remoteNames(), change.redirected()))
                .toList();
        List<JobFile> elsewhere = files.stream()
                .filter(file ->
                        !file.source().equals(job.files().get(file.index()).source()))
                .toList();
        return JobRules.moveProblem(job.files(), elsewhere)
                .<Decision>map(problem -> problem)
                .orElseGet(() -> changed(files, changes));
    }

    /** Where a redirect led stays where a redirect led, unless the new prefix names its host. */
    private static List<Integer> redirected(JobFile file, List<String> after, String newPrefix) {
        List<String> before = file.source().remoteNames();
        return file.marks().origins().keySet().stream()
                .filter(place -> after.get(place).equals(before.get(place))
                        || newPrefix.length() < RemoteName.originLength(after.get(place)))
                .sorted()
                .toList();
    }

    private static String replaced(String name, FileCommand.ReplaceRemotePrefix replace) {
        return name.startsWith(replace.oldPrefix())
                ? replace.newPrefix() + name.substring(replace.oldPrefix().length())
                : name;
    }

    /**
     * A run that is at such a file knows it as it was: it ends, and the next one does what is wanted now. One that is at another
     * file keeps that, and leaves these to the next one.
     */
    private Decision changed(List<JobFile> files, List<? extends JobEvent> events) {
        List<JobEvent> all = new ArrayList<>(events);
        if (files.stream().anyMatch(job::isAt)) all.add(new JobQueued(QueuedReason.FILE_CHANGED));
        return new Decision.Accepted(all);
    }

    private Decision skip(JobFile file) {
        if (file.transferred()) return refuse(BG_E_INVALID_STATE, "The file is transferred.");
        if (file.marks().skipped()) return ignore();
        List<JobEvent> events = new ArrayList<>();
        events.add(new FileSkipped(file.index()));
        JobEvent then = afterSkipping(file);
        if (then != null) events.add(then);
        return new Decision.Accepted(events);
    }

    /** Whoever goes on without a file goes on: a job that this file held up, or that is at it, needs no Resume. */
    private @Nullable JobEvent afterSkipping(JobFile skipped) {
        List<JobFile> others = job.files().stream()
                .filter(file -> file.index() != skipped.index())
                .toList();
        return switch (job.state()) {
            case FatalError failed -> heldUpBy(failed.error(), skipped) ? job.next(others, QueuedReason.RESUMED) : null;
            case TransientError stalled ->
                heldUpBy(stalled.error(), skipped) ? job.next(others, QueuedReason.RESUMED) : null;
            case Queued queued -> others.stream().anyMatch(JobFile::wanted) ? null : job.next(others, queued.reason());
            case Connecting running -> afterSkippingInRun(skipped, others);
            case Transferring running -> afterSkippingInRun(skipped, others);
            default -> null;
        };
    }

    /** A run that is at another file goes on with that. */
    private @Nullable JobEvent afterSkippingInRun(JobFile skipped, List<JobFile> others) {
        boolean goesOn = others.stream().anyMatch(JobFile::wanted) && !job.isAt(skipped);
        return goesOn ? null : job.next(others, QueuedReason.FILE_CHANGED);
    }

    private static boolean heldUpBy(JobError error, JobFile file) {
        Integer index = error.fileIndex();
        return index != null && index == file.index();
    }

    private Decision retry(JobFile file) {
        if (isOutOfReach(file)) return refuse(BG_E_INVALID_STATE, "The file is available already.");
        boolean resumed = switch (job.state()) {
            case FatalError failed -> true;
            case TransientError stalled -> true;
            case Transferred over -> true;
            default -> false;
        };
        boolean wanted = file.retried().wanted();
        return resumed && wanted
                ? Decision.accept(new FileRetried(file.index()), new JobQueued(QueuedReason.RESUMED))
                : Decision.accept(new FileRetried(file.index()));
    }

    private Decision validate(JobFile file, boolean valid) {
        if (!file.transferred()) return refuse(E_PENDING, "The file is not transferred yet.");
        if (valid && file.marks().validated()) return ignore();
        FileValidated validated = new FileValidated(file.index(), valid);
        if (valid) return Decision.accept(validated);
        if (isOutOfReach(file)) return refuse(BG_E_INVALID_STATE, "The file is available already.");
        StateName state = job.state().name();
        // Nothing moves there, and the next Resume fetches it again
        if (state == StateName.SUSPENDED || state == StateName.ERROR) return Decision.accept(validated);
        JobError error = JobError.of(ErrorContext.REMOTE_FILE, BG_E_VALIDATION_FAILED, file.index(), now);
        return Decision.accept(validated, new JobFailed(error, true));
    }

    private Decision request(JobFile file, FileCommand.RequestRanges request) {
        if (!job.spec().is(JobOptions.Mode.ON_DEMAND))
            return refuse(BG_E_INVALID_STATE, "Ranges are requested of files of jobs that are onDemand.");
        if (request.ranges().isEmpty()) return refuse(E_INVALIDARG, "At least one range is required.");
        if (file.settled()) return ignore();
        for (ByteRange range : request.ranges()) {
            String problem = problem(file, range);
            if (problem != null) return refuse(BG_E_INVALID_RANGE, problem);
        }
        Pieces parts = file.pieces();
        List<ByteRange> asked = new ArrayList<>(parts == null ? List.of() : parts.asked());
        asked.addAll(request.ranges());
        if (asked.size() > request.limits().maxRangesPerFile() && parts != null)
            asked = new ArrayList<>(
                    new Pieces(asked, parts.held()).missing(file.version().size()));
        return asked.size() > request.limits().maxRangesPerFile()
                ? refuse(
                        BG_E_TOO_MANY_RANGES_IN_FILE,
                        "A file has at most " + request.limits().maxRangesPerFile() + " ranges.")
                : Decision.accept(new PiecesAsked(file.index(), asked));
    }

    /** Complete gave it to its owner; what is written in place is there from the beginning, and can be written again. */
    private boolean isOutOfReach(JobFile file) {
        return file.available() && !job.spec().is(JobOptions.Mode.HIGH_PERFORMANCE);
    }

    private static @Nullable String problem(JobFile file, ByteRange range) {
        String problem = JobRules.rangeProblem(range);
        if (problem != null) return problem;
        Long size = file.version().size();
        return size == null || range.isIn(size) ? null : "A range lies outside the file, which has " + size + " bytes.";
    }

    private Decision move(JobFile file, long offset) {
        if (!file.ranges().isEmpty())
            return refuse(BG_E_UNSUPPORTED_JOB_CONFIGURATION, "A file with ranges is fetched in their order.");
        if (job.spec().is(JobOptions.Mode.DYNAMIC_CONTENT))
            return refuse(BG_E_UNSUPPORTED_JOB_CONFIGURATION, "A dynamic file is fetched from its beginning.");
        Long size = file.version().size();
        if (offset < 0 || (size != null && offset > 0 && offset >= size))
            return refuse(BG_E_INVALID_RANGE, "The offset lies outside the file.");
        if (file.settled()) return ignore();
        Pieces parts = file.pieces();
        List<ByteRange> before = parts == null ? Pieces.WHOLE : parts.asked();
        // All is wanted of a file of which nobody asked for parts, whatever position it had
        List<ByteRange> asked = Pieces.from(offset, job.spec().is(JobOptions.Mode.ON_DEMAND) ? before : Pieces.WHOLE);
        if (asked.equals(before)) return ignore();
        return changed(List.of(file), List.of(new PiecesAsked(file.index(), asked)));
    }
}
