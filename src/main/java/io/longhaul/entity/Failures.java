package io.longhaul.entity;

import java.util.concurrent.CompletionException;

/** Failures of stages. */
public final class Failures {
    private Failures() {}

    /** What a stage failed with: those that depend on it wrap that. */
    public static Throwable behind(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
