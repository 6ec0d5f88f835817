package io.longhaul.transfer;

import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.ChecksumAlgorithm;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code Repr-Digest} and {@code Content-Digest} of RFC 9530. Pure. */
final class DigestField {
    /** A member of a dictionary (RFC 9651) whose value is a byte sequence; parameters mean nothing here. */
    private static final Pattern MEMBER =
            Pattern.compile("\\s*([a-z0-9*_.-]+)=:([A-Za-z0-9+/=]{0,100}):(?:\\s*;[^,]*)?\\s*");

    private static final int LONGEST = 2000;

    private DigestField() {}

    /** The strongest digest that is known here; null where there is none, or the field is malformed. */
    static @Nullable Checksum strongest(@Nullable String field) {
        if (field == null || field.length() > LONGEST) return null;
        Checksum best = null;
        for (String text : field.split(",", -1)) {
            Matcher member = MEMBER.matcher(text);
            if (!member.matches()) return null;
            Optional<ChecksumAlgorithm> algorithm = ChecksumAlgorithm.labelled(member.group(1));
            if (algorithm.isEmpty() || (best != null && best.algorithm().compareTo(algorithm.get()) < 0)) continue;
            byte[] value = decoded(member.group(2));
            if (value.length == algorithm.get().bytes())
                best = new Checksum(algorithm.get(), HexFormat.of().formatHex(value));
        }
        return best;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException malformed) {
            return new byte[0];
        }
    }
}
