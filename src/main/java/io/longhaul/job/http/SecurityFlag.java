package io.longhaul.job.http;

/** The HTTP security flags of SetSecurityFlags but the redirect policy. */
public enum SecurityFlag {
    /** A certificate that its authority has revoked is refused. */
    ENABLE_CRL_CHECK,
    /** The certificate may be one for another name. */
    IGNORE_CERT_CN_INVALID,
    /** The certificate may have expired, or not be valid yet. */
    IGNORE_CERT_DATE_INVALID,
    /** The certificate may be signed by anybody. */
    IGNORE_UNKNOWN_CA,
    /** The certificate may be one that is not for servers. */
    IGNORE_CERT_WRONG_USAGE,
    /** A redirect may lead from https to http. */
    ALLOW_HTTPS_TO_HTTP
}
