package io.longhaul.transfer;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The network interfaces, as the operating system tells of them. */
final class MachineNetwork implements Network {
    private static final Logger LOG = LoggerFactory.getLogger(MachineNetwork.class);

    @Override
    public boolean hasWayOut() throws SocketException {
        for (NetworkInterface link : Collections.list(NetworkInterface.getNetworkInterfaces()))
            if (leadsElsewhere(link)) return true;
        return false;
    }

    @Override
    public boolean isOwn(InetAddress address) {
        if (address.isLoopbackAddress()) return true;
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            LOG.debug("The network interfaces cannot be listed", unknown);
            return true; // then its errors are told as what they are
        }
    }

    /** An address of the link's own says that nobody has given the interface one. */
    private static boolean leadsElsewhere(NetworkInterface link) throws SocketException {
        return link.isUp()
                && !link.isLoopback()
                && link.inetAddresses().anyMatch(address -> !address.isLinkLocalAddress());
    }
}
