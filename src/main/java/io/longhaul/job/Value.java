package io.longhaul.job;

import org.jspecify.annotations.Nullable;

/** A new value of a property, which may be null. */
public record Value<T extends @Nullable Object>(T value) {}
