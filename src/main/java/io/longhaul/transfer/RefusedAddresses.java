package io.longhaul.transfer;

import io.longhaul.entity.Audit;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the audit which addresses this node has not connected to, because the operator does not allow them. Nobody waits
 * for it, and whoever tries one address again and again gets one line in a while, not all the lines of the audit.
 */
public final class RefusedAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedAddresses.class);

    static final String ACTION = "ADDRESS_REFUSED";

    /** For so long nothing more is said of the same host, where the same owner wanted the same of it. */
    static final Duration SAID_ONCE_IN = Duration.ofMinutes(10);

    /** In that time; the audit keeps a hundred thousand lines, and names that lead nowhere cost their owner nothing. */
    static final int MOST = 256;

    /** What was to be connected to. */
    enum Target {
        SERVER(""),
        REDIRECT("redirect of "),
        PROXY("proxy of "),
        REVOCATIONS("list of revoked certificates for "),
        WEBHOOK("webhook of ");

        private final String text;

        Target(String text) {
            this.text = text;
        }
    }

    private record Said(Owner owner, Target target, String host) {}

    private final Audit audit;
    private final Clock clock;

    /** The oldest first. */
    private final Map<Said, Instant> said = new LinkedHashMap<>();

    private boolean full;

    public RefusedAddresses(Audit audit, Clock clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Never fails, and does not wait.
     *
     * @param host {@code name:port}
     */
    void tell(JobId job, Owner owner, Target target, String host, ForbiddenAddressException refusal) {
        if (!isNews(new Said(owner, target, host))) return;
        String subject = host + " (" + refusal.addresses() + "): " + target.text + "job " + job;
        audit.write(owner.name(), ACTION, subject).whenComplete((written, problem) -> {
            if (problem != null)
                LOG.warn(
                        "The audit could not be told: {} {} {}: {}", owner.name(), ACTION, subject, problem.toString());
        });
    }

    private synchronized boolean isNews(Said refusal) {
        Instant now = clock.instant();
        Iterator<Instant> oldest = said.values().iterator();
        while (oldest.hasNext() && !oldest.next().plus(SAID_ONCE_IN).isAfter(now)) oldest.remove();
        if (said.containsKey(refusal)) return false;
        if (said.size() < MOST) {
            full = false;
            said.put(refusal, now);
            return true;
        }
        if (!full)
            LOG.warn(
                    "{} addresses were refused within {} minutes: the audit hears of no others for now",
                    MOST,
                    SAID_ONCE_IN.toMinutes());
        full = true;
        return false;
    }
}
