package io.longhaul.job.file;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses as they may stand in the place of a host's name, in many spellings each. Pure: no name is looked up. */
public final class AddressLiteral {
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    /** As the JVM reads them: a zero at the beginning means nothing, and the last part fills what is left of the 32 bits. */
    private static final Pattern DECIMAL = Pattern.compile("(?=.{1,15}$)(?:[0-9]+\\.){0,3}[0-9]+");

    /** As the system reads them, which some JVMs ask where a text is no address to themselves. */
    private static final Pattern OCTAL_OR_HEX = Pattern.compile("0[0-7]{1,14}|0[xX][0-9a-fA-F]{1,8}");

    private static final Pattern ZEROS = Pattern.compile("(?:^|:)0(?::0)+(?:$|:)");

    private AddressLiteral() {}

    /**
     * The address, where the text is one; IPv6 in brackets or without. An IPv4 address within an IPv6 address
     * ({@code ::ffff:127.0.0.1}) is that IPv4 address, as connections go there. A zone is passed over.
     */
    public static Optional<InetAddress> parse(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        if (!bracketed && text.indexOf(':') < 0) return ipv4(text);
        String inside = bracketed ? text.substring(1, text.length() - 1) : text;
        int zone = inside.indexOf('%');
        return ipv6(zone < 0 ? inside : inside.substring(0, zone));
    }

    /** The usual spelling, as a URL has it: IPv6 as in RFC 5952, in brackets. */
    public static String text(InetAddress address) {
        String plain = address.getHostAddress();
        return address instanceof Inet4Address ? plain : "[" + shortened(plain) + "]";
    }

    /** Without the longest run of zeros; of two, the first. */
    private static String shortened(String groups) {
        int start = 0;
        int end = 0;
        Matcher zeros = ZEROS.matcher(groups);
        for (int from = 0; zeros.find(from); from = zeros.end() - 1) {
            if (zeros.end() - zeros.start() <= end - start) continue;
            start = zeros.start();
            end = zeros.end();
        }
        return end == 0 ? groups : groups.substring(0, start) + "::" + groups.substring(end);
    }

    private static Optional<InetAddress> ipv4(String text) {
        if (text.isEmpty() || text.charAt(0) < '0' || text.charAt(0) > '9') return Optional.empty(); // most are names
        if (DECIMAL.matcher(text).matches()) {
            String[] parts = text.split("\\.", -1);
            long value = 0;
            boolean fits = true;
            for (int i = 0; i < parts.length; i++) {
                int bits = i < parts.length - 1 ? Byte.SIZE : Byte.SIZE * (Integer.BYTES - i);
                long part = Long.parseLong(parts[i]);
                fits &= part >>> bits == 0;
                value = value << bits | part;
            }
            if (fits) return Optional.of(ipv4(value));
        }
        if (!OCTAL_OR_HEX.matcher(text).matches()) return Optional.empty();
        long value = Long.decode(text);
        return value >>> Integer.SIZE == 0 ? Optional.of(ipv4(value)) : Optional.empty();
    }

    private static InetAddress ipv4(long value) {
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(Integer.BYTES).putInt((int) value).array());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Optional<InetAddress> ipv6(String text) {
        if (!IPV6.matcher(text).matches()) return Optional.empty();
        try {
            // What is in brackets is never looked up
            return Optional.of(InetAddress.getByName("[" + text + "]"));
        } catch (UnknownHostException none) {
            return Optional.empty();
        }
    }
}
