package io.longhaul.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses may be fetched from: public ones and those that the operator lists. It is asked with the very
 * addresses that are connected to next, so that a name cannot mean one thing when checked and another when used.
 */
public final class AllowedAddresses {
    /** RFC 6890 and its registry: everything that is not for the public Internet. */
    private static final List<Block> NOT_PUBLIC = blocks(List.of(
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
    private static final Block NAT64 = Block.parse("64:ff9b::/96");

    private static final Block SIX_TO_FOUR = Block.parse("2002::/16");

    private final @Nullable List<Block> listed;

    /**
     * @param listed addresses and CIDR blocks that are allowed besides public ones; null: all are
     * @throws IllegalArgumentException where one of them is neither
     */
    AllowedAddresses(@Nullable List<String> listed) {
        this.listed = listed == null ? null : blocks(listed);
    }

    /** Whether that is an address, or a network of them: what the operator may list. */
    public static boolean isAddressOrNetwork(String text) {
        try {
            Block.parse(text);
            return true;
        } catch (IllegalArgumentException neither) {
            return false;
        }
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

    private static List<Block> blocks(List<String> texts) {
        List<Block> blocks = new ArrayList<>();
        for (String text : texts) blocks.add(Block.parse(text.strip()));
        return List.copyOf(blocks);
    }

    /** The addresses whose first {@code prefix} bits are those of {@code address}. */
    private static final class Block {
        private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";

        /** What could be a name must not be looked up here. */
        private static final Pattern FORM =
                Pattern.compile("((?:" + BYTE + "\\.){3}" + BYTE + "|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:/(\\d{1,3}))?");

        private final byte[] address;
        private final int prefix;

        private Block(byte[] address, int prefix) {
            this.address = address;
            this.prefix = prefix;
        }

        static Block parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches())
                throw new IllegalArgumentException(text + " is neither an address nor a CIDR block");
            try {
                byte[] address = InetAddress.getByName(matcher.group(1)).getAddress();
                int bits = address.length * Byte.SIZE;
                int prefix = matcher.group(2) == null ? bits : Integer.parseInt(matcher.group(2));
                if (prefix > bits) throw new IllegalArgumentException(text + " has too long a prefix");
                return new Block(address, prefix);
            } catch (UnknownHostException noAddress) {
                throw new IllegalArgumentException(text + " is neither an address nor a CIDR block", noAddress);
            }
        }

        boolean holds(byte[] other) {
            if (other.length != address.length) return false;
            for (int bit = 0; bit < prefix; bit += Byte.SIZE) {
                int left = Math.min(Byte.SIZE, prefix - bit);
                int mask = 0xff << (Byte.SIZE - left);
                if (((address[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask & 0xff) != 0) return false;
            }
            return true;
        }
    }
}
