package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.Content;
import io.longhaul.testkit.Origin;
import io.longhaul.testkit.TestAuthority;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The connections of a node")
class ConnectionsTest {
    private static final Content CONTENT = new Content(3, 5_000_000);

    private final TestAuthority authority = new TestAuthority();

    @TempDir
    Path folder;

    @Test
    void let_a_plain_body_be_read_from_the_socket_itself() throws Exception {
        try (Origin origin = Origin.http()) {
            assertTrue(mayReadDirectly(origin));
        }
    }

    /** What comes through the socket below TLS is not the body. */
    @Test
    void never_let_a_body_under_tls_be_read_so() throws Exception {
        try (Origin origin = Origin.https(authority)) {
            assertFalse(mayReadDirectly(origin));
        }
    }

    private boolean mayReadDirectly(Origin origin) throws Exception {
        origin.put("/a", CONTENT);
        TransferSettings settings = new TransferSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                0,
                1 << 20,
                Duration.ofSeconds(5),
                true,
                1,
                1,
                authority.writePem(folder.resolve("trusted.pem")),
                null,
                folder,
                null,
                "test",
                Proxies.NONE,
                Proxies.NONE,
                null,
                null);
        try (Connections connections = new Connections(settings);
                Connections.Exchange exchange = connections.get(
                        URI.create(origin.url("/a")), Map.of("Host", origin.host()), new Line(settings))) {
            while (!exchange.mayReadDirectly() && exchange.body().read() >= 0) {
                if (exchange.body().available() == 0) break; // the session's buffer is empty, and it still may not
            }
            return exchange.mayReadDirectly();
        }
    }
}
