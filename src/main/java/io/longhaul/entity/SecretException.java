package io.longhaul.entity;

import org.jspecify.annotations.Nullable;

/** A secret cannot be read now, or ever. Its message is a sentence for people, with nothing of the secret. */
public final class SecretException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean lost;

    private SecretException(String message, boolean lost, @Nullable Throwable cause) {
        super(message, cause);
        this.lost = lost;
    }

    /** It has to be given anew. */
    public static SecretException lost(String message) {
        return new SecretException(message, true, null);
    }

    /** Another node, or a later time, may do better. */
    public static SecretException unreadable(String message, @Nullable Throwable cause) {
        return new SecretException(message, false, cause);
    }

    public boolean isLost() {
        return lost;
    }
}
