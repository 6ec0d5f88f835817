package io.longhaul.job.http;

/** BG_AUTH_SCHEME without PASSPORT, the weakest first. */
public enum AuthScheme {
    BASIC,
    DIGEST,
    NTLM,
    NEGOTIATE
}
