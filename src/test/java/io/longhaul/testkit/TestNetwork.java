package io.longhaul.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What connects the nodes of a {@link TestCluster} with one another and with PostgreSQL: everything goes through proxies,
 * which a test can stop. Nodes connect from addresses of their own, all of them loopback, so that the proxies tell them
 * apart; Linux has those without being asked.
 */
public final class TestNetwork implements AutoCloseable {
    private final List<TcpProxy> nodes = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final TcpProxy database = TcpProxy.start();

    TestNetwork(int count) throws IOException {
        for (int node = 0; node < count; node++) {
            int port = FreePort.find();
            TcpProxy proxy = TcpProxy.start();
            proxy.leadTo(port);
            nodes.add(proxy);
            ports.add(port);
        }
    }

    /** The port by which the others know the node. */
    int port(int node) {
        return nodes.get(node).port();
    }

    /** What the node has to be told besides, as for {@code -D}. */
    List<String> settings(int node) {
        return List.of(
                "akka.remote.artery.bind.hostname=127.0.0.1",
                "akka.remote.artery.bind.port=" + ports.get(node),
                "akka.remote.artery.advanced.tcp.outbound-client-hostname="
                        + address(node).getHostAddress());
    }

    TcpProxy database() {
        return database;
    }

    /** What is added to the address of the database, so that the node connects from its own. */
    String databaseParameters(int node) {
        return "?localSocketAddress=" + address(node).getHostAddress();
    }

    /** Cuts the node off from all others, but not from PostgreSQL, the store and the servers. */
    public void cutOff(int node) {
        for (int other = 0; other < nodes.size(); other++) {
            if (other == node) nodes.get(other).hold();
            else nodes.get(other).hold(address(node));
        }
    }

    /** Cuts the node off from PostgreSQL, and from nothing else. */
    public void cutOffDatabase(int node) {
        database.hold(address(node));
    }

    /** Connects all nodes again, PostgreSQL too. */
    public void mend() {
        nodes.forEach(TcpProxy::mend);
        database.mend();
    }

    /** As where PostgreSQL's machine is gone, and another one takes its address: what was open never answers. */
    public void loseDatabaseConnections() {
        database.loseTarget();
    }

    /** Each word to and from PostgreSQL takes so much longer. */
    public void slowDatabase(Duration delay) {
        database.slow(delay);
    }

    private static InetAddress address(int node) {
        try {
            return InetAddress.getByName("127.0.0." + (11 + node));
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public void close() {
        nodes.forEach(TcpProxy::close);
        database.close();
    }
}
