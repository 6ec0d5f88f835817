package io.longhaul.transfer;

import io.longhaul.job.file.AddressBlock;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses may be fetched from: public ones and those that the operator lists. It is asked with the very
 * addresses that are connected to next, so that a name cannot mean one thing when checked and another when used.
 */
public final class AllowedAddresses {
    /** RFC 6890 and its registry: everything that is not for the public Internet. */
    private static final List<AddressBlock> NOT_PUBLIC = blocks(List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/9",
            "ff00::/8"));

    /** Blocks whose addresses carry an IPv4 address, and where in it. */
    private static final AddressBlock NAT64 = block("64:ff9b::/96");

    private static final AddressBlock SIX_TO_FOUR = block("2002::/16");

    private final @Nullable List<AddressBlock> listed;

    /**
     * @param listed addresses and CIDR blocks that are allowed besides public ones; null: all are
     * @throws IllegalArgumentException where one of them is neither
     */
    AllowedAddresses(@Nullable List<String> listed) {
        this.listed = listed == null ? null : blocks(listed);
    }

    /** Whether that is an address, or a network of them: what the operator may list. */
    public static boolean isAddressOrNetwork(String text) {
        return AddressBlock.parse(text).isPresent();
    }

    boolean allows(InetAddress address) {
        if (listed == null) return true;
        byte[] bytes = address.getAddress();
        return listed.stream().anyMatch(block -> block.holds(bytes)) || isPublic(bytes);
    }

    private static boolean isPublic(byte[] address) {
        if (NOT_PUBLIC.stream().anyMatch(block -> block.holds(address))) return false;
        if (NAT64.holds(address)) return isPublic(Arrays.copyOfRange(address, 12, 16));
        if (SIX_TO_FOUR.holds(address)) return isPublic(Arrays.copyOfRange(address, 2, 6));
        return true;
    }

    private static List<AddressBlock> blocks(List<String> texts) {
        return texts.stream().map(text -> block(text.strip())).toList();
    }

    private static AddressBlock block(String text) {
        return AddressBlock.parse(text)
                .orElseThrow(() -> new IllegalArgumentException(text + " is neither an address nor a CIDR block"));
    }
}
