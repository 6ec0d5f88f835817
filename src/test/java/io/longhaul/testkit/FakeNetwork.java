package io.longhaul.testkit;

import io.longhaul.transfer.Network;
import java.net.InetAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** A cable that a test may pull. For a test servers on loopback are other machines, unless it says otherwise. */
public final class FakeNetwork implements Network {
    private volatile boolean plugged = true;
    private volatile boolean ownsLoopback;
    private volatile @Nullable SocketException failure;

    public void unplug() {
        plugged = false;
    }

    public void plug() {
        plugged = true;
    }

    /** From now on loopback is what it is. */
    public void ownLoopback() {
        ownsLoopback = true;
    }

    /** From now on the system does not tell. */
    public void failWith(SocketException problem) {
        failure = problem;
    }

    @Override
    public boolean hasWayOut() throws SocketException {
        SocketException problem = failure;
        if (problem != null) throw problem;
        return plugged;
    }

    @Override
    public boolean isOwn(InetAddress address) {
        return ownsLoopback && address.isLoopbackAddress();
    }
}
