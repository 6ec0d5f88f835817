package io.longhaul.transfer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the operator set for transfers on this node.
 *
 * @param connectTimeout for one address of a host: TCP, then TLS
 * @param responseTimeout from the request to the end of the answer's head
 * @param stallTimeout within it at least a kilobyte of the body must come
 * @param maxRedirects hops that a request follows; 0: none
 * @param checkpointBytes how many bytes may be fetched again after a crash
 * @param checkpointInterval how long a byte may wait for the disk
 * @param directIo whether large files are written past the system's cache where the file system can do that
 * @param connectionsPerHost runs at once for each {@code name:port}, of all nodes together
 * @param slotsPerNode runs at once
 * @param trustedCertificates a PEM file of certificates that are trusted besides those of the JVM
 * @param allowedAddresses addresses and CIDR blocks that may be fetched from besides public ones; null: all may be
 * @param storeRoot the folder of the owners' folders; made where there is none
 * @param maxFileSize in bytes; null: no limit
 * @param userAgent the header
 * @param proxies for jobs that bring none of their own
 * @param detectedProxies for jobs that want what the machine says
 * @param clientCertificates a folder of those that jobs name, a folder for each owner; null: there are none
 * @param kerberosConf what Kerberos is to know of realms; null: no job logs in by it
 */
public record TransferSettings(
        Duration connectTimeout,
        Duration responseTimeout,
        Duration stallTimeout,
        int maxRedirects,
        long checkpointBytes,
        Duration checkpointInterval,
        boolean directIo,
        int connectionsPerHost,
        int slotsPerNode,
        @Nullable Path trustedCertificates,
        @Nullable List<String> allowedAddresses,
        Path storeRoot,
        @Nullable Long maxFileSize,
        String userAgent,
        Proxies proxies,
        Proxies detectedProxies,
        @Nullable Path clientCertificates,
        @Nullable Path kerberosConf) {

    public TransferSettings {
        positive("connectTimeout", connectTimeout);
        positive("responseTimeout", responseTimeout);
        positive("stallTimeout", stallTimeout);
        positive("checkpointInterval", checkpointInterval);
        if (maxRedirects < 0) throw new IllegalArgumentException("maxRedirects must be 0 or more");
        positive("checkpointBytes", checkpointBytes);
        positive("connectionsPerHost", connectionsPerHost);
        positive("slotsPerNode", slotsPerNode);
        if (maxFileSize != null) positive("maxFileSize", maxFileSize);
        if (allowedAddresses != null) allowedAddresses = List.copyOf(allowedAddresses);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) throw new IllegalArgumentException(name + " must be positive");
    }

    private static void positive(String name, long value) {
        if (value < 1) throw new IllegalArgumentException(name + " must be at least 1");
    }
}
