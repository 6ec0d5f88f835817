package io.longhaul.policy;

/**
 * A value, and where it comes from.
 *
 * @param name of the owner, the queue or the preset; else empty
 */
public record InForce<T>(T value, Source source, String name) {}
