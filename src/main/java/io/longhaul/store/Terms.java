package io.longhaul.store;

import java.util.List;
import java.util.Locale;

/** By what a job is found besides its own columns: its labels, the remote hosts of its files, what holds it. */
final class Terms {
    /** Of a job that a policy holds back. */
    static final String HELD_BY_POLICY = "held:policy";

    /** Of a job that waits for the network. */
    static final String HELD_BY_NETWORK = "held:network";

    private Terms() {}

    /** Only the value may hold an equals sign. */
    static String label(String key, String value) {
        return "label:" + key + "=" + value;
    }

    /** A name or {@code name:port}, as a client gives it. */
    static String host(String host) {
        return "host:" + host.toLowerCase(Locale.ROOT);
    }

    /** Both forms by which a client may ask for it. */
    static List<String> hosts(String nameAndPort) {
        return List.of(host(nameAndPort), host(nameAndPort.substring(0, nameAndPort.lastIndexOf(':'))));
    }
}
