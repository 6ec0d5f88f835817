package io.longhaul.transfer;

import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostClosure.Cause;
import io.longhaul.entity.HostPlaces.Answers;
import io.longhaul.entity.Hosts.Lately;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

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

    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder slowed = new LongAdder();

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

    /** Of one host: all that was counted, and the last minutes apart. */
    private static final class Tally {
        private static final int MINUTES = 5;

        private final long[] minutes = new long[MINUTES];
        private final long[] requestsIn = new long[MINUTES];
        private final long[] errorsIn = new long[MINUTES];
        private Answers answers = Answers.NONE;
        private Instant last = Instant.EPOCH;

        synchronized void count(Outcome outcome, Instant now) {
            int error = outcome == Outcome.GOOD ? 0 : 1;
            answers = new Answers(
                    answers.requests() + 1,
                    answers.errors() + error,
                    answers.slowed() + (outcome == Outcome.SLOWED ? 1 : 0));
            last = now;
            long minute = minute(now);
            int at = Math.floorMod(minute, MINUTES);
            if (minutes[at] != minute) {
                minutes[at] = minute;
                requestsIn[at] = 0;
                errorsIn[at] = 0;
            }
            requestsIn[at]++;
            errorsIn[at] += error;
        }

        synchronized Answers answers() {
            return answers;
        }

        synchronized Lately lately(Instant now) {
            long requests = 0;
            long errors = 0;
            for (int at = 0; at < MINUTES; at++) {
                if (minutes[at] <= minute(now) - MINUTES) continue;
                requests += requestsIn[at];
                errors += errorsIn[at];
            }
            return new Lately(requests, errors);
        }

        synchronized boolean isOlderThan(Instant than) {
            return last.isBefore(than);
        }

        private static long minute(Instant at) {
            return Math.floorDiv(at.getEpochSecond(), 60);
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
    Outcome answered(String host, Answer answer, Instant now) {
        Outcome outcome = of(answer.status());
        count(host, outcome, now);
        if (outcome != Outcome.SLOWED) return outcome;
        Optional<HostClosure> closure = closure(answer, now);
        if (closure.isPresent()) admission.close(host, closure.get());
        else admission.tellOf(host);
        return outcome;
    }

    /** No answer came, or it broke off. */
    void broken(String host, Instant now) {
        count(host, Outcome.ERROR, now);
    }

    private void count(String host, Outcome outcome, Instant now) {
        tallies.computeIfAbsent(host, first -> new Tally()).count(outcome, now);
        requests.increment();
        if (outcome != Outcome.GOOD) errors.increment();
        if (outcome == Outcome.SLOWED) slowed.increment();
    }

    Answers of(String host) {
        Tally known = tallies.get(host);
        return known == null ? Answers.NONE : known.answers();
    }

    /** Of all hosts together. */
    Answers ofAll() {
        return new Answers(requests.sum(), errors.sum(), slowed.sum());
    }

    /** Of the last five minutes; hosts that were not asked anything then are left out. */
    Map<String, Lately> lately(Instant now) {
        Map<String, Lately> lately = new HashMap<>();
        tallies.forEach((host, tally) -> {
            Lately told = tally.lately(now);
            if (told.requests() > 0) lately.put(host, told);
        });
        return lately;
    }

    /** To be called from time to time. */
    void forgetOld(Instant now) {
        tallies.values().removeIf(tally -> tally.isOlderThan(now.minus(REMEMBERED)));
    }
}
