package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.typesafe.config.ConfigFactory;
import io.longhaul.testkit.FreePort;
import io.longhaul.testkit.TestAuthority;
import io.longhaul.testkit.TestDatabase;
import io.longhaul.testkit.TestSettings;
import io.longhaul.transfer.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Tag("slow")
@DisplayName("A node")
class NodeTest {
    @TempDir
    Path folder;

    @Test
    void has_its_data_folder_for_itself() {
        String[] database = TestDatabase.create();
        try (Node node = Node.start(TestSettings.below(folder, database))) {
            assertTrue(refusal(database).startsWith("Another node is running on the data folder"));
        }
    }

    @Test
    void joins_the_others() {
        String[] database = TestDatabase.create();
        try (Node first = Node.start(TestSettings.below(folder.resolve("1"), database));
                Node second = Node.start(TestSettings.below(folder.resolve("2"), and(database, seed(first))))) {
            assertEquals(2, Cluster.get(second.system()).state().members().size());
        }
    }

    @Test
    void founds_a_cluster_where_the_first_of_the_seed_nodes_is_gone() {
        int gone = FreePort.find();
        int own = FreePort.find();
        String[] itself = and(TestDatabase.create(), "longhaul.cluster.port = " + own);
        String seeds = "longhaul.cluster.seed-nodes = \"127.0.0.1:%d,127.0.0.1:%d\"".formatted(gone, own);
        try (Node node = Node.start(TestSettings.below(folder, and(itself, seeds)))) {
            assertEquals(1, Cluster.get(node.system()).state().members().size());
        }
    }

    @Test
    void that_still_looks_for_the_others_ends_when_it_is_told_to() {
        String[] database = TestDatabase.create();
        String[] nobodyThere = and(database, "longhaul.cluster.seed-nodes = \"127.0.0.1:" + FreePort.find() + '"');
        var told = CompletableFuture.<Void>completedFuture(null);
        var settings = TestSettings.below(folder, nobodyThere);
        String said = assertThrows(StartupException.class, () -> Node.start(settings, Network.ofMachine(), told))
                .getMessage();
        assertEquals("The node was told to end before it was a member of a cluster.", said);
        Node.start(TestSettings.below(folder, database)).close(); // and it has let go of everything
    }

    @Test
    void founds_no_second_cluster_on_a_database() {
        String[] database = TestDatabase.create();
        try (Node first = Node.start(TestSettings.below(folder.resolve("1"), database))) {
            var second = TestSettings.below(folder.resolve("2"), database);
            String said = assertThrows(StartupException.class, () -> Node.start(second))
                    .getMessage();
            assertTrue(said.startsWith("A cluster lives on the database, and one database has one: "), said);
            assertEquals(1, Cluster.get(first.system()).state().members().size());
        }
    }

    @Test
    void with_certificates_talks_only_to_nodes_that_show_one_of_the_same_authority() throws Exception {
        String[] database = TestDatabase.create();
        TestAuthority authority = new TestAuthority();
        authority.writePem(folder.resolve("authority.pem"));
        authority.writeIdentity(folder, "node");
        String[] tls = and(
                and(
                        and(database, "longhaul.cluster.tls.certificate = \"" + folder.resolve("node.crt") + '"'),
                        "longhaul.cluster.tls.key = \"" + folder.resolve("node.key") + '"'),
                "longhaul.cluster.tls.authority = \"" + folder.resolve("authority.pem") + '"');
        try (Node first = Node.start(TestSettings.below(folder.resolve("1"), tls));
                Node second = Node.start(TestSettings.below(folder.resolve("2"), and(tls, seed(first))))) {
            assertEquals(2, Cluster.get(second.system()).state().members().size());
            int port =
                    Cluster.get(first.system()).selfMember().address().getPort().orElseThrow();
            assertThrows(IOException.class, () -> greet(authority, port));
        }
        String said = refusal(and(tls, "longhaul.cluster.tls.key = \"" + folder.resolve("node.crt") + '"'));
        assertTrue(said.startsWith("longhaul.cluster.tls.key cannot be used: "), said);
        assertEquals(1, said.lines().count(), said);
    }

    /** As somebody who trusts the authority, and shows nothing of his own. */
    private static void greet(TestAuthority authority, int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) authority.clientSockets().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            // In TLS 1.3 the client hears of it with the first answer
            socket.getOutputStream().write(1);
            if (socket.getInputStream().read() < 0) throw new IOException("It was closed");
        }
    }

    @Test
    void says_so_when_it_was_put_out_of_the_cluster() {
        Node node = Node.start(TestSettings.below(folder, TestDatabase.create()));
        Cluster cluster = Cluster.get(node.system());
        var said = new ListAppender<ILoggingEvent>();
        said.start();
        Logger log = (Logger) LoggerFactory.getLogger(Services.class);
        log.addAppender(said);
        try {
            cluster.manager().tell(new Down(cluster.selfMember().address()));
            assertEquals(Node.DOWNED, node.awaitEnd());
        } finally {
            log.detachAppender(said);
        }
        assertEquals(
                List.of(true),
                said.list.stream()
                        .map(line -> line.getFormattedMessage().contains("it ends with code 3"))
                        .toList());
    }

    @Test
    void ends_also_where_an_actor_never_does() {
        String patience = "akka.coordinated-shutdown.phases.actor-system-terminate.timeout";
        System.setProperty(patience, "1s");
        ConfigFactory.invalidateCaches();
        var never = new CountDownLatch(1);
        try {
            Node node = Node.start(TestSettings.below(folder, TestDatabase.create()));
            node.system().systemActorOf(hangingWhenStopped(never), "hanging", Props.empty());
            node.close();
            assertEquals(0, node.awaitEnd());
            assertFalse(node.system().getWhenTerminated().toCompletableFuture().isDone());
        } finally {
            never.countDown();
            System.clearProperty(patience);
            ConfigFactory.invalidateCaches();
        }
    }

    private static Behavior<String> hangingWhenStopped(CountDownLatch until) {
        return Behaviors.receive(String.class)
                .onSignal(PostStop.class, stopped -> {
                    until.await();
                    return Behaviors.same();
                })
                .build();
    }

    @Test
    void listens_on_loopback_only_as_long_as_anybody_is_an_administrator() {
        assertEquals(
                "longhaul.http.host is 0.0.0.0, but without authentication the API listens on a loopback address only,"
                        + " unless longhaul.http.trusted-network says that only administrators reach it.",
                refusal("longhaul.http.host = 0.0.0.0"));
    }

    @Test
    void listens_on_any_address_of_a_network_that_it_is_told_to_trust() {
        String[] settings =
                and(and(TestDatabase.create(), "longhaul.http.host = 0.0.0.0"), "longhaul.http.trusted-network = true");
        try (Node node = Node.start(TestSettings.below(folder, settings))) {
            assertEquals("0.0.0.0", node.api().getHost());
        }
    }

    @Test
    void names_the_database_that_cannot_be_reached() {
        String said = refusal("longhaul.database.url = \"jdbc:postgresql://127.0.0.1:1/none?password=s3cret\"");
        assertTrue(said.startsWith("The database jdbc:postgresql://127.0.0.1:1/none cannot be used: "), said);
        assertEquals(1, said.lines().count(), said);
    }

    @Test
    void names_the_address_that_is_taken() throws Exception {
        String[] database = TestDatabase.create();
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String listener : List.of("cluster", "management", "http")) {
                assertEquals(
                        "longhaul." + listener + ".port is " + taken.getLocalPort()
                                + ", which cannot be listened on at 127.0.0.1: Address already in use.",
                        refusal(and(database, "longhaul." + listener + ".port = " + taken.getLocalPort())));
            }
        }
        Node.start(TestSettings.below(folder, database)).close(); // and has let go of everything
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster", "management"})
    void names_the_host_that_nobody_knows(String listener) {
        assertEquals(
                "longhaul." + listener + ".host is nowhere.invalid, which no address is known for.",
                refusal(and(TestDatabase.create(), "longhaul." + listener + ".host = nowhere.invalid")));
    }

    private String refusal(String... changes) {
        return String.valueOf(
                assertThrows(StartupException.class, () -> Node.start(TestSettings.below(folder, changes)))
                        .getMessage());
    }

    private static String seed(Node node) {
        var address = Cluster.get(node.system()).selfMember().address();
        return "longhaul.cluster.seed-nodes = \"%s:%s\""
                .formatted(address.host().get(), address.port().get());
    }

    private static String[] and(String[] changes, String one) {
        return Stream.concat(Arrays.stream(changes), Stream.of(one)).toArray(String[]::new);
    }
}
