package io.longhaul.job;

/**
 * {@code BG_E_HTTP_ERROR_<status>}: the remote server answered with this HTTP status; its HRESULT is 0x80190000 plus
 * the status.
 */
public record HttpError(int status) implements ErrorCode {
    static final String PREFIX = "BG_E_HTTP_ERROR_";

    private static final int FACILITY_HTTP = 0x80190000;

    public HttpError {
        if (status < 100 || status > 999)
            throw new IllegalArgumentException("An HTTP status has three digits: " + status);
    }

    @Override
    public String code() {
        return PREFIX + status;
    }

    @Override
    public int hresult() {
        return FACILITY_HTTP + status;
    }

    @Override
    public String text() {
        return "The remote server answered with HTTP status " + status + ".";
    }
}
