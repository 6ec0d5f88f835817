package io.longhaul.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The host's name means addresses, but none that may be fetched from. */
final class ForbiddenAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    /** A name may mean hundreds, and the first ones tell what it is about. */
    private static final int MOST_TOLD = 4;

    private final String addresses;

    ForbiddenAddressException(String host, InetAddress... refused) {
        super("No address of " + host + " may be fetched from");
        addresses = Arrays.stream(refused)
                        .limit(MOST_TOLD)
                        .map(InetAddress::getHostAddress)
                        .collect(Collectors.joining(", "))
                + (refused.length > MOST_TOLD ? ", …" : "");
    }

    /** For people. */
    String addresses() {
        return addresses;
    }
}
