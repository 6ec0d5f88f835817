package io.longhaul.transfer;

import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostClosure.Cause;
import io.longhaul.entity.HostPlaces.Answers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How remote hosts, {@code name:port}, have answered to this node. Never blocks; safe for any thread. */
final class HostAnswers {
    /** A host that was not asked for so long is forgotten. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int SERVER_ERROR = 500;

    private final AdmissionControl admission;
    private final Map<String, Tally> tallies = new ConcurrentHashMap<>();

    HostAnswers(AdmissionControl admission) {
        this.admission = admission;
    }

    /** What came of a request. */
    enum Outcome {
        GOOD,
        /** No answer, or a broken one, or one that says that the server is at fault. */
        ERROR,
        /** 429 or 503: an error, too. */
        SLOWED
    }

    private record Tally(Answers answers, Instant at) {
        static final Tally NONE = new Tally(Answers.NONE, Instant.EPOCH);

        Tally and(Outcome outcome, Instant now) {
            return new Tally(
                    new Answers(
                            answers.requests() + 1,
                            answers.errors() + (outcome == Outcome.GOOD ? 0 : 1),
                            answers.slowed() + (outcome == Outcome.SLOWED ? 1 : 0)),
                    now);
        }
    }

    static Outcome of(int status) {
        if (status == TOO_MANY_REQUESTS || status == UNAVAILABLE) return Outcome.SLOWED;
        return status >= SERVER_ERROR || status == REQUEST_TIMEOUT ? Outcome.ERROR : Outcome.GOOD;
    }

    /** What an answer that says 429 or 503 asks of everybody; empty: it names no time. */
    static Optional<HostClosure> closure(Answer answer, Instant now) {
        String asked = answer.retryAfter();
        if (asked == null || of(answer.status()) != Outcome.SLOWED) return Optional.empty();
        return RetryAfter.parse(asked, now)
                .filter(wait -> !wait.isZero())
                .map(wait -> wait.compareTo(HostClosure.LONGEST) < 0 ? wait : HostClosure.LONGEST)
                .map(wait -> new HostClosure(
                        Cause.RETRY_AFTER,
                        now,
                        now.plus(wait),
                        "answered " + answer.status() + " and asks to wait " + wait.toSeconds() + " s"));
    }

    /** It answered; whoever shares out its connections hears at once where that asks for less. */
    void answered(String host, Answer answer, Instant now) {
        Outcome outcome = of(answer.status());
        count(host, outcome, now);
        if (outcome != Outcome.SLOWED) return;
        Optional<HostClosure> closure = closure(answer, now);
        if (closure.isPresent()) admission.close(host, closure.get());
        else admission.tellOf(host);
    }

    /** No answer came, or it broke off. */
    void broken(String host, Instant now) {
        count(host, Outcome.ERROR, now);
    }

    private void count(String host, Outcome outcome, Instant now) {
        tallies.merge(host, Tally.NONE.and(outcome, now), (before, first) -> before.and(outcome, now));
    }

    Answers of(String host) {
        Tally known = tallies.get(host);
        return known == null ? Answers.NONE : known.answers();
    }

    /** To be called from time to time. */
    void forgetOld(Instant now) {
        tallies.values().removeIf(tally -> tally.at().isBefore(now.minus(REMEMBERED)));
    }
}
