package io.longhaul.bench;

import java.io.Serial;

/** Why a run of jobs cannot begin or go on: one sentence for the person who started it. */
public final class LoadException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public LoadException(String sentence) {
        super(sentence);
    }

    public LoadException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
