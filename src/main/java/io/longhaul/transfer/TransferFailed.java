package io.longhaul.transfer;

import org.jspecify.annotations.Nullable;

/** Ends a run with a failure that is to be reported. */
class TransferFailed extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    TransferFailed(Failure failure) {
        this(failure, null);
    }

    TransferFailed(Failure failure, @Nullable Throwable cause) {
        super(failure.description(), cause);
        this.failure = failure;
    }

    Failure failure() {
        return failure;
    }
}
