package io.longhaul.entity;

import io.longhaul.job.JobId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What calls with an Idempotency-Key were answered, so that the same call again gets the same answer. */
public interface Requests {
    /**
     * Takes the key for this call, unless it was taken before.
     *
     * @param scope whose keys: two callers may use the same key
     * @param fingerprint of method, path and body
     * @param id the job that the call is about, or what a new job, or operation, would be called
     */
    CompletionStage<Claim> claim(String scope, String key, String fingerprint, JobId id);

    /**
     * What is known of the key.
     *
     * @param fingerprint of the call that took it first
     * @param id that call's job or operation
     * @param status the answer's HTTP status; null: that call was not answered, as far as is known
     * @param location the answer's Location
     * @param body the answer's body, where it cannot be made anew
     */
    record Claim(
            boolean fresh,
            String fingerprint,
            JobId id,
            @Nullable Integer status,
            @Nullable String location,
            @Nullable String body) {}

    CompletionStage<Void> answer(
            String scope, String key, int status, @Nullable String location, @Nullable String body);
}
