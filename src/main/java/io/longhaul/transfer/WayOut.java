package io.longhaul.transfer;

import static io.longhaul.job.BitsError.ERROR_WINHTTP_CANNOT_CONNECT;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CONNECTION_ERROR;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_NAME_NOT_RESOLVED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_TIMEOUT;

import io.longhaul.job.ErrorCode;
import io.longhaul.job.ErrorContext;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the machine has lost its way out to other machines, and whom that concerns. One that never had a way out has lost
 * none: it has nothing but itself to fetch from.
 */
final class WayOut {
    private static final Logger LOG = LoggerFactory.getLogger(WayOut.class);

    /** What it looks like from a connection when there is no network. */
    private static final Set<ErrorCode> SYMPTOMS = Set.of(
            ERROR_WINHTTP_NAME_NOT_RESOLVED,
            ERROR_WINHTTP_CANNOT_CONNECT,
            ERROR_WINHTTP_CONNECTION_ERROR,
            ERROR_WINHTTP_TIMEOUT);

    private final Network network;
    private volatile boolean had;
    private volatile boolean lost;

    WayOut(Network network) {
        this.network = network;
        look();
    }

    /** To be called often enough: how it is now; as it was, where the system does not tell. */
    void look() {
        boolean has;
        try {
            has = network.hasWayOut();
        } catch (SocketException unknown) {
            LOG.debug("The network interfaces cannot be listed", unknown);
            return;
        }
        if (has) had = true;
        lost = had && !has;
    }

    boolean isLost() {
        return lost;
    }

    boolean isOwn(InetAddress address) {
        return network.isOwn(address);
    }

    /**
     * Whether it is the machine that has no network, and nothing is wrong with the host. Looks the name up, which blocks.
     *
     * @param host {@code name:port}; null: none was chosen yet
     */
    boolean explains(Failure failure, @Nullable String host) {
        if (failure.context() != ErrorContext.GENERAL_TRANSPORT || !SYMPTOMS.contains(failure.code())) return false;
        look();
        return lost && (host == null || !isOwn(host.substring(0, host.lastIndexOf(':'))));
    }

    private boolean isOwn(String name) {
        try {
            return Arrays.stream(InetAddress.getAllByName(name)).anyMatch(network::isOwn);
        } catch (UnknownHostException elsewhere) {
            return false;
        }
    }
}
