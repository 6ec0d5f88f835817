package io.longhaul.job.http;

/** BG_HTTP_REDIRECT_POLICY: what becomes of a redirect. */
public enum RedirectPolicy {
    /** It is followed, and nobody hears of it. */
    ALLOW_SILENT,
    /** It is followed, and the file's remote name becomes where it leads. */
    ALLOW_REPORT,
    /** It is a fatal error, and the file's remote name becomes where it leads. */
    DISALLOW
}
