package io.longhaul.job;

/** Counts characters as documented limits mean them: code points, of which Java writes some as two. */
public final class Characters {
    private Characters() {}

    public static int in(String text) {
        return text.codePointCount(0, text.length());
    }
}
