package io.longhaul.entity;

import static io.longhaul.testkit.JobFixtures.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longhaul.job.file.HostPattern;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Blocks of remote hosts")
class HostBlocksTest {
    private static HostBlock block(String hosts, @Nullable Instant until) {
        return new HostBlock(new HostPattern(hosts), "maintenance", "anna", START, until);
    }

    @Test
    void hold_until_then_or_until_they_are_taken_back() {
        HostBlocks blocks = HostBlocks.of(List.of(block("a.example", null), block("b.example", START.plusSeconds(9))));
        HostClosure closure = blocks.closure("a.example:443", START.plusSeconds(1_000_000));
        assertEquals(
                new HostClosure(HostClosure.Cause.BLOCKED, START, null, "is blocked by anna: maintenance"), closure);
        assertNotNull(blocks.closure("b.example:80", START.plusSeconds(8)));
        assertNull(blocks.closure("b.example:80", START.plusSeconds(9)));
        assertNull(blocks.closure("c.example:80", START));
        assertNull(blocks.closure("", START));
    }

    @Test
    void of_one_host_count_as_long_as_the_last_of_them() {
        HostBlocks blocks = HostBlocks.of(List.of(
                block("a.example:80", START.plusSeconds(9)),
                block("*.example", START.plusSeconds(90)),
                block("a.example", START.plusSeconds(30))));
        assertEquals(
                START.plusSeconds(90), blocks.closure("a.example:80", START).until());
    }
}
