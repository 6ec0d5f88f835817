package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.Address;
import io.longhaul.testkit.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A node that cannot join")
class JoiningTest {
    private static final Address SELF = new Address("akka", "longhaul", "127.0.0.1", 38521);

    /** Where it was meant to be in it, the names of the host differ. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    127.0.0.1:38520,127.0.0.1:38521 | .
                    127.0.0.1:38520                 | ; this node is 127.0.0.1:38521, which is not in that list, so that it founds none.
                    localhost:38520,localhost:38521 | ; this node is 127.0.0.1:38521, which is not in that list, so that it founds none.
                    """)
    void says_whether_it_is_among_the_seed_nodes(String seeds, String end) {
        assertEquals(
                "The cluster of longhaul.cluster.seed-nodes was not joined within 60 s" + end,
                complaint("longhaul.cluster.seed-nodes = \"" + seeds + '"'));
    }

    @Test
    void says_how_many_nodes_it_has_looked_for() {
        assertEquals(
                "By longhaul.cluster.bootstrap no cluster was found, nor 3 nodes to form one, within 60 s.",
                complaint("longhaul.cluster { bootstrap = kubernetes, bootstrap-nodes = 3 }"));
    }

    private static String complaint(String change) {
        Settings settings = TestSettings.below(Path.of("/var/lib/longhaul"), change);
        return Joining.complaint(settings.cluster(), SELF, Duration.ofMinutes(1));
    }
}
