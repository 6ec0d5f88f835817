package io.longhaul.job.http;

/** BG_JOB_PROXY_USAGE: where a job's proxies come from. */
public enum ProxyUsage {
    /** The operator's setting. */
    PRECONFIG,
    /** Straight to the server. */
    NO_PROXY,
    /** The job's own list. */
    OVERRIDE,
    /** What the environment of the node's process says. */
    AUTODETECT
}
