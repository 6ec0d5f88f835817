package io.longhaul.api.json;

import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorCode;

/** A call that is refused: the code, and one sentence for people. Nothing was changed. */
public final class Refusal extends RuntimeException {
    private final transient ErrorCode code;

    public Refusal(ErrorCode code, String detail) {
        super(detail, null, false, false); // where it was thrown tells nobody anything
        this.code = code;
    }

    public Refusal(ErrorCode code) {
        this(code, code.text());
    }

    public static Refusal invalid(String detail) {
        return new Refusal(BitsError.E_INVALIDARG, detail);
    }

    public ErrorCode code() {
        return code;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
