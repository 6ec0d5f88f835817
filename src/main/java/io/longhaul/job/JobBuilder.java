package io.longhaul.job;

import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.JobFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The next value of a job, while {@link Job#evolve} makes it. */
final class JobBuilder {
    private final Job before;
    private long sequence;
    private JobSpec spec;
    private final List<JobFile> files;
    private JobState state;
    private JobTimes times;
    private long lastSlice;
    private long lastRun;
    private int errorCount;
    private @Nullable Instant stalledSince;
    private @Nullable Integer brokenOff;
    private @Nullable Boolean leftovers;
    private Duration activeTime;
    private boolean resumedOnce;
    private @Nullable Ending ending;
    private List<AnsweredRequest> requests;

    JobBuilder(Job job) {
        before = job;
        sequence = job.sequence();
        spec = job.spec();
        files = new ArrayList<>(job.files());
        state = job.state();
        times = job.times();
        lastSlice = job.lastSlice();
        lastRun = job.lastRun();
        errorCount = job.errorCount();
        stalledSince = job.stalledSince();
        brokenOff = job.brokenOff();
        leftovers = job.leftovers();
        activeTime = job.activeTime();
        resumedOnce = job.resumedOnce();
        ending = job.ending();
        requests = job.requests();
    }

    Job build() {
        return new Job(
                before.id(),
                sequence,
                spec,
                files,
                state,
                times,
                lastSlice,
                lastRun,
                errorCount,
                stalledSince,
                activeTime,
                resumedOnce,
                ending,
                requests,
                brokenOff,
                leftovers);
    }

    JobBuilder sequence(long number) {
        sequence = number;
        return this;
    }

    JobBuilder spec(JobSpec changed) {
        spec = changed;
        return this;
    }

    JobBuilder addFiles(List<FileSource> sources, Owner folder) {
        for (FileSource source : sources) {
            JobFile fresh = JobFile.fresh(files.size(), source, folder);
            files.add(spec.is(JobOptions.Mode.ON_DEMAND) ? fresh.onDemand(true) : fresh);
        }
        return this;
    }

    /** The files, as a job of these properties has them. */
    JobBuilder filesAsSpecified() {
        boolean demanded = spec.is(JobOptions.Mode.ON_DEMAND);
        if (demanded != before.spec().is(JobOptions.Mode.ON_DEMAND)) files.replaceAll(file -> file.onDemand(demanded));
        return this;
    }

    /** Each URL may be tried again. */
    JobBuilder hopeful() {
        files.replaceAll(JobFile::hopeful);
        return this;
    }

    JobBuilder file(JobFile changed) {
        files.set(changed.index(), changed);
        return this;
    }

    JobBuilder available(List<Integer> indexes) {
        for (int index : indexes) files.set(index, files.get(index).asAvailable());
        return this;
    }

    JobBuilder state(JobState reached) {
        state = reached;
        return this;
    }

    JobBuilder times(JobTimes changed) {
        times = changed;
        return this;
    }

    JobBuilder slice(long number, long run) {
        lastSlice = number;
        lastRun = run;
        return this;
    }

    JobBuilder count(boolean counted) {
        if (counted) errorCount++;
        return this;
    }

    JobBuilder stalledSince(@Nullable Instant at) {
        stalledSince = at;
        return this;
    }

    JobBuilder brokenOff(@Nullable Integer runs) {
        brokenOff = runs;
        return this;
    }

    JobBuilder leavingFiles() {
        leftovers = true;
        return this;
    }

    /** Time in CONNECTING and TRANSFERRING counts for the maximum download time. */
    JobBuilder leaveSlice(Instant at) {
        Instant since = before.state() instanceof Connecting connecting
                ? connecting.since()
                : before.state() instanceof Transferring transferring ? transferring.since() : at;
        activeTime = before.activeTime().plus(Duration.between(since, at));
        return this;
    }

    JobBuilder activeTime(Duration time) {
        activeTime = time;
        return this;
    }

    JobBuilder resumedOnce() {
        resumedOnce = true;
        return this;
    }

    JobBuilder ending(@Nullable Ending began) {
        ending = began;
        return this;
    }

    JobBuilder requests(List<AnsweredRequest> remembered) {
        requests = remembered;
        return this;
    }
}
