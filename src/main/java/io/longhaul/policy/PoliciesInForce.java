package io.longhaul.policy;

import io.longhaul.job.JobLimits;
import io.longhaul.job.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What holds for the jobs of one owner in one queue: for each row the word of whoever speaks for the fewest jobs. */
public final class PoliciesInForce {
    private final List<Said> said;

    /** What one of them says. */
    record Said(Source source, String name, Policy policy) {}

    /** The one that speaks for the fewest jobs first. */
    PoliciesInForce(List<Said> said) {
        this.said = List.copyOf(said);
    }

    public Optional<InForce<Duration>> jobInactivityTimeout() {
        return first(Policy::jobInactivityTimeout);
    }

    public Optional<InForce<Duration>> maxDownloadTime() {
        return first(Policy::maxDownloadTime);
    }

    /** Empty where any number may be. */
    public Optional<InForce<Long>> maxJobsPerMachine() {
        return first(Policy::maxJobsPerMachine).filter(PoliciesInForce::isLimit);
    }

    /** Empty where any number may be. */
    public Optional<InForce<Long>> maxJobsPerUser() {
        return first(Policy::maxJobsPerUser).filter(PoliciesInForce::isLimit);
    }

    public Optional<InForce<Integer>> maxFilesPerJob() {
        return first(Policy::maxFilesPerJob);
    }

    public Optional<InForce<Integer>> maxRangesPerFile() {
        return first(Policy::maxRangesPerFile);
    }

    /** What a job may hold; what nobody limits is limited by what a number can say. */
    public JobLimits jobLimits() {
        return new JobLimits(
                maxFilesPerJob().map(InForce::value).orElse(Integer.MAX_VALUE),
                maxRangesPerFile().map(InForce::value).orElse(Integer.MAX_VALUE));
    }

    /** Empty where no limit is in force now. */
    public Optional<BandwidthLimit> bandwidth(Priority priority, Instant now) {
        Instant until = Instant.MAX;
        for (Said one : said) {
            BandwidthPolicy bandwidth = one.policy().bandwidth();
            if (bandwidth == null) continue;
            Instant change = bandwidth.nextChange(priority, now);
            if (change.isBefore(until)) until = change;
            BandwidthPolicy.Figure figure = bandwidth.at(priority, now);
            if (figure == null) continue;
            if (figure.bytesPerSecond() == Policy.UNLIMITED) return Optional.empty();
            return Optional.of(new BandwidthLimit(
                    figure.bytesPerSecond(),
                    one.source(),
                    one.name(),
                    priority,
                    figure.time(),
                    until.equals(Instant.MAX) ? null : until));
        }
        return Optional.empty();
    }

    private static boolean isLimit(InForce<Long> figure) {
        return figure.value() != Policy.UNLIMITED;
    }

    private <T> Optional<InForce<T>> first(Function<Policy, @Nullable T> row) {
        for (Said one : said) {
            T value = row.apply(one.policy());
            if (value != null) return Optional.of(new InForce<>(value, one.source(), one.name()));
        }
        return Optional.empty();
    }
}
