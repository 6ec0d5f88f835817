package io.longhaul.job.file;

import io.longhaul.job.Characters;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What BG_FILE_INFO's local name may be here: a path below the owner's folder of a store, which it never leaves. */
public final class LocalName {
    /** Below Linux's PATH_MAX of 4,096 bytes with room for the root and the owner's folder. */
    private static final int LONGEST = 1024;

    private static final int LONGEST_IN_BYTES = 3072;
    private static final int LONGEST_SEGMENT_IN_BYTES = 255;

    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*");
    private static final Pattern TEMPORARY = Pattern.compile("BIT.*\\.TMP");
    private static final String FORBIDDEN = "\\:*?<>|\"";

    /** A store may be a Windows share: there these names are devices, with any extension. */
    private static final Set<String> DEVICES = Set.of(
            "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6",
            "COM7", "COM8", "COM9", "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9");

    private LocalName() {}

    /** Why the name cannot be one, in a sentence; empty where it can. */
    public static Optional<String> problem(String name) {
        return Optional.ofNullable(pathProblem(name));
    }

    private static @Nullable String pathProblem(String name) {
        if (name.isEmpty()) return "It must not be empty.";
        if (Characters.in(name) > LONGEST) return "It must not be longer than " + LONGEST + " characters.";
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) return "It must be well-formed Unicode.";
        if (bytes(name) > LONGEST_IN_BYTES) return "It must not be longer than " + LONGEST_IN_BYTES + " bytes.";
        if (name.startsWith("/")) return "It must be a relative path.";
        if (DRIVE.matcher(name).matches()) return "It must be a relative path without a drive.";
        for (String segment : name.split("/", -1)) {
            String problem = segmentProblem(segment);
            if (problem != null) return problem;
        }
        return null;
    }

    private static @Nullable String segmentProblem(String segment) {
        if (segment.isEmpty()) return "It must not have empty parts.";
        if (segment.equals(".") || segment.equals("..")) return "It must not have parts that are . or ...";
        if (bytes(segment) > LONGEST_SEGMENT_IN_BYTES)
            return "Its parts must not be longer than " + LONGEST_SEGMENT_IN_BYTES + " bytes.";
        if (segment.chars().anyMatch(Character::isISOControl)) return "It must not have control characters.";
        if (segment.chars().anyMatch(c -> FORBIDDEN.indexOf(c) >= 0))
            return "It must not have any of the characters " + String.join(" ", FORBIDDEN.split("")) + ".";
        if (segment.endsWith(".") || segment.endsWith(" ") || segment.startsWith(" "))
            return "Its parts must not begin with a space or end with a space or a dot.";
        String upper = segment.toUpperCase(Locale.ROOT);
        int dot = upper.indexOf('.');
        if (DEVICES.contains((dot < 0 ? upper : upper.substring(0, dot)).strip()))
            return "Its parts must not be names of devices, such as CON or NUL.";
        if (TEMPORARY.matcher(upper).matches()) return "Its parts must not be names of temporary files (BIT….tmp).";
        return null;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
