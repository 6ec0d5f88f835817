package io.longhaul.transfer;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.entity.Audit;
import io.longhaul.job.JobId;
import io.longhaul.testkit.FakePolicies;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.TestClock;
import io.longhaul.transfer.RefusedAddresses.Target;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Addresses that were refused")
class RefusedAddressesTest {
    private static final JobId JOB = JobFixtures.ID;

    private final TestClock clock = new TestClock();
    private final FakePolicies audit = new FakePolicies(clock, List::of);
    private final RefusedAddresses refused = new RefusedAddresses(audit, clock);

    private static ForbiddenAddressException refusal(int addresses) {
        return new ForbiddenAddressException(
                "inner.example",
                IntStream.range(0, addresses)
                        .mapToObj(RefusedAddressesTest::address)
                        .toArray(InetAddress[]::new));
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void tell(String host) {
        refused.tell(JOB, ANNA, Target.SERVER, host, refusal(1));
    }

    @Test
    void are_told_with_who_wanted_what_of_them() {
        refused.tell(JOB, ANNA, Target.REDIRECT, "inner.example:80", refusal(2));
        Audit.Line line = audit.lines().getFirst();
        assertEquals("anna", line.by());
        assertEquals("ADDRESS_REFUSED", line.action());
        assertEquals("inner.example:80 (10.0.0.0, 10.0.0.1): redirect of job " + JOB, line.subject());
    }

    @Test
    void are_told_in_a_short_line_where_a_name_means_many() {
        refused.tell(JOB, ANNA, Target.SERVER, "inner.example:80", refusal(200));
        assertEquals(
                "inner.example:80 (10.0.0.0, 10.0.0.1, 10.0.0.2, 10.0.0.3, …): job " + JOB,
                audit.lines().getFirst().subject());
    }

    @Test
    void are_told_once_in_ten_minutes_for_each_host_and_what_was_wanted_of_it() {
        tell("inner.example:80");
        tell("inner.example:80");
        assertEquals(1, audit.lines().size());
        tell("inner.example:443");
        refused.tell(JOB, ANNA, Target.WEBHOOK, "inner.example:80", refusal(1));
        assertEquals(3, audit.lines().size());
        clock.advance(RefusedAddresses.SAID_ONCE_IN.minusMillis(1));
        tell("inner.example:80");
        assertEquals(3, audit.lines().size());
        clock.advance(RefusedAddresses.SAID_ONCE_IN);
        tell("inner.example:80");
        assertEquals(4, audit.lines().size());
    }

    @Test
    void are_too_many_to_be_told_where_somebody_makes_up_names() {
        for (int i = 0; i < 2 * RefusedAddresses.MOST; i++) tell(i + ".inner.example:80");
        assertEquals(RefusedAddresses.MOST, audit.lines().size());
        clock.advance(RefusedAddresses.SAID_ONCE_IN);
        tell("other.example:80");
        assertEquals(RefusedAddresses.MOST + 1, audit.lines().size());
    }

    /** The database is away, say. */
    @Test
    void disturb_nobody_where_they_cannot_be_told() {
        var tries = new AtomicInteger();
        var deaf = new Audit() {
            @Override
            public CompletionStage<List<Line>> lines(Long before, int limit) {
                throw new AssertionError("is not read");
            }

            @Override
            public CompletionStage<Void> write(String by, String action, String subject) {
                tries.incrementAndGet();
                return CompletableFuture.failedStage(new IllegalStateException("away"));
            }
        };
        var untold = new RefusedAddresses(deaf, clock);
        for (int i = 0; i < 3; i++) untold.tell(JOB, ANNA, Target.SERVER, "inner.example:80", refusal(1));
        assertEquals(1, tries.get());
    }
}
