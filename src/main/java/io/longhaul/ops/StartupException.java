package io.longhaul.ops;

import java.io.Serial;

/** Why a node cannot start: one sentence for the person who started it, who can do something about it. */
public final class StartupException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public StartupException(String sentence) {
        super(sentence);
    }

    public StartupException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
