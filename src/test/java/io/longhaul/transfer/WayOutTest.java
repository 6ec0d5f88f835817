package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorContext;
import io.longhaul.testkit.FakeNetwork;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A machine's way out")
class WayOutTest {
    private static final Failure UNREACHABLE = Failure.transientOf(
            ErrorContext.GENERAL_TRANSPORT,
            BitsError.ERROR_WINHTTP_CANNOT_CONNECT,
            BitsError.ERROR_WINHTTP_CANNOT_CONNECT.text());

    private final FakeNetwork network = new FakeNetwork();

    @Test
    void is_lost_where_there_was_one_and_is_none_any_more() {
        WayOut wayOut = new WayOut(network);
        assertFalse(wayOut.isLost());
        network.unplug();
        wayOut.look();
        assertTrue(wayOut.isLost());
        network.plug();
        wayOut.look();
        assertFalse(wayOut.isLost());
    }

    @Test
    void is_as_it_was_where_the_system_does_not_tell() {
        WayOut wayOut = new WayOut(network);
        network.unplug();
        wayOut.look();
        network.failWith(new SocketException("Too many open files"));
        wayOut.look();
        assertTrue(wayOut.isLost());
        assertFalse(new WayOut(network).isLost());
    }

    @Test
    void is_not_lost_where_there_never_was_one() {
        network.unplug();
        WayOut wayOut = new WayOut(network);
        wayOut.look();
        assertFalse(wayOut.isLost());
        assertFalse(wayOut.explains(UNREACHABLE, "files.example:80"));
    }

    @Test
    void explains_why_no_server_is_reached() {
        WayOut wayOut = new WayOut(network);
        assertFalse(wayOut.explains(UNREACHABLE, "127.0.0.1:9"));
        network.unplug();
        assertTrue(wayOut.explains(UNREACHABLE, "127.0.0.1:9"), "it looks once more");
        assertTrue(wayOut.explains(Failure.timeout(BitsError.WSAETIMEDOUT, "late"), null));
    }

    @Test
    void explains_nothing_of_the_machine_itself_nor_what_a_server_says() {
        WayOut wayOut = new WayOut(network);
        network.unplug();
        network.ownLoopback();
        assertFalse(wayOut.explains(UNREACHABLE, "127.0.0.1:9"));
        assertFalse(wayOut.explains(UNREACHABLE, "[::1]:9"));
        assertFalse(wayOut.explains(FailureKind.ofStatus(503, Optional.empty()), "files.example:80"));
        Failure locked = Failure.transientOf(ErrorContext.LOCAL_FILE, BitsError.BG_E_DESTINATION_LOCKED, "locked");
        assertFalse(wayOut.explains(locked, "files.example:80"));
    }

    @Test
    void is_told_by_the_operating_system() throws Exception {
        Network machine = Network.ofMachine();
        assertTrue(machine.isOwn(InetAddress.getLoopbackAddress()));
        assertFalse(machine.isOwn(InetAddress.getByName("203.0.113.1"))); // of documentation, nobody's
        NetworkInterface.networkInterfaces()
                .filter(link -> link.inetAddresses().findAny().isPresent())
                .forEach(
                        link -> assertTrue(machine.isOwn(link.getInetAddresses().nextElement()), link::getName));
    }
}
