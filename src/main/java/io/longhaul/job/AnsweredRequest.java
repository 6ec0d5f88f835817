package io.longhaul.job;

/**
 * A call with an Idempotency-Key that changed the job: the same call again changes nothing.
 *
 * @param filesFrom the first file that it added
 * @param filesTo the index after the last one
 */
public record AnsweredRequest(String key, int filesFrom, int filesTo) {}
