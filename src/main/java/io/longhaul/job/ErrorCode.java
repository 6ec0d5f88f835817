package io.longhaul.job;

/**
 * A code that a client meets: BITS's own ({@link BitsError}) or an HTTP status of the remote server
 * ({@link HttpError}).
 */
public sealed interface ErrorCode permits BitsError, HttpError {
    /** The name by which BITS's documents call it, for example {@code BG_E_INVALID_STATE}. */
    String code();

    /** The HRESULT, as Windows defines it. */
    int hresult();

    /** One sentence for people. */
    String text();

    /** The HRESULT as BITS users write it, for example {@code 0x80200002}. */
    default String hresultText() {
        return "0x%08X".formatted(hresult());
    }

    /**
     * The code of that name.
     *
     * @throws IllegalArgumentException where there is none
     */
    static ErrorCode named(String code) {
        return code.startsWith(HttpError.PREFIX)
                ? new HttpError(Integer.parseInt(code.substring(HttpError.PREFIX.length())))
                : BitsError.valueOf(code);
    }
}
