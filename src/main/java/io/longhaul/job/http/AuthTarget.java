package io.longhaul.job.http;

/** BG_AUTH_TARGET: who asks for credentials. */
public enum AuthTarget {
    SERVER,
    PROXY
}
