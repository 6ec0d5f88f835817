package io.longhaul.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A port of 127.0.0.1 that nobody listens on, for whoever has to be told one before he starts. */
public final class FreePort {
    /** Below those that systems give to outgoing connections: one of these could take the port before its listener starts. */
    private static final int FIRST = 12_000;

    private static final int AFTER_LAST = 32_000;
    private static final int MOST_ATTEMPTS = 100;

    private FreePort() {}

    public static int find() {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, AFTER_LAST);
            if (isFree(port)) return port;
        }
        throw new IllegalStateException("No free port was found in " + MOST_ATTEMPTS + " attempts.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket listening = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return listening.isBound();
        } catch (BindException taken) {
            return false;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
