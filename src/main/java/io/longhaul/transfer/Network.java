package io.longhaul.transfer;

import java.net.InetAddress;
import java.net.SocketException;

/** The network interfaces of the machine. */
public interface Network {
    /**
     * Whether one of them leads to other machines. Does not block.
     *
     * @throws SocketException where the system does not tell
     */
    boolean hasWayOut() throws SocketException;

    /** Whether the address is the machine's own, so that no way out is needed to get there. */
    boolean isOwn(InetAddress address);

    /** Those that the operating system tells of. */
    static Network ofMachine() {
        return new MachineNetwork();
    }
}
