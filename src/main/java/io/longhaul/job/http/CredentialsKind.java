package io.longhaul.job.http;

/** Of each kind a job has one at most. */
public record CredentialsKind(AuthTarget target, AuthScheme scheme) {}
