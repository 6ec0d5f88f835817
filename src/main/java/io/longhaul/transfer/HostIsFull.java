package io.longhaul.transfer;

/** Ends a run: the next host has no connection free. */
final class HostIsFull extends Exception {
    private static final long serialVersionUID = 1;

    private final String host;

    HostIsFull(String host) {
        super(host + " has no connection free");
        this.host = host;
    }

    String host() {
        return host;
    }
}
