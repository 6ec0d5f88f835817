package io.longhaul.transfer;

import java.net.UnknownHostException;

/** The host's name means addresses, but none that may be fetched from. */
final class ForbiddenAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    ForbiddenAddressException(String host) {
        super("No address of " + host + " may be fetched from");
    }
}
