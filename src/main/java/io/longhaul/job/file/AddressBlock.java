package io.longhaul.job.file;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An address, or a network of them, as CIDR writes it: those whose first bits are the same. */
public final class AddressBlock {
    private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";

    /** What could be a name must not be looked up here. */
    private static final Pattern FORM =
            Pattern.compile("((?:" + BYTE + "\\.){3}" + BYTE + "|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)(?:/(\\d{1,3}))?");

    private final byte[] address;
    private final int prefix;

    private AddressBlock(byte[] address, int prefix) {
        this.address = address;
        this.prefix = prefix;
    }

    /** Empty where the text is no such thing. */
    public static Optional<AddressBlock> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.ofNullable(block(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    private static @Nullable AddressBlock block(String literal, @Nullable String length) {
        try {
            byte[] address = InetAddress.getByName(literal).getAddress();
            int bits = address.length * Byte.SIZE;
            int prefix = length == null ? bits : Integer.parseInt(length);
            return prefix > bits ? null : new AddressBlock(address, prefix);
        } catch (UnknownHostException noAddress) {
            return null;
        }
    }

    public boolean holds(InetAddress other) {
        return holds(other.getAddress());
    }

    public boolean holds(byte[] other) {
        if (other.length != address.length) return false;
        for (int bit = 0; bit < prefix; bit += Byte.SIZE) {
            int left = Math.min(Byte.SIZE, prefix - bit);
            int mask = 0xff << (Byte.SIZE - left);
            if (((address[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask & 0xff) != 0) return false;
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressBlock that && that.prefix == prefix && Arrays.equals(that.address, address);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(address) + prefix;
    }
}
