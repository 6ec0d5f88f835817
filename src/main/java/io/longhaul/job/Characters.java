package io.longhaul.job;

import java.nio.charset.StandardCharsets;

/** Counts characters as documented limits mean them: code points, of which Java writes some as two. */
public final class Characters {
    private Characters() {}

    public static int in(String text) {
        return text.codePointCount(0, text.length());
    }

    /** PostgreSQL's text cannot hold a NUL character, and half a surrogate pair is no text at all. */
    public static boolean areText(String text) {
        return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
