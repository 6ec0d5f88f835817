package io.longhaul.entity;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Calls receivers that owners have named. */
public interface Webhooks {
    /**
     * Sends a POST and reads the status of the answer: no redirect is followed, and the body is nobody's business. Comes
     * to an end in limited time and never fails.
     *
     * @param job whose owner has named the receiver
     */
    CompletionStage<Reply> post(JobSummary job, String url, Map<String, String> headers, byte[] body);

    /**
     * What came back.
     *
     * @param status null: nothing did
     * @param text a sentence
     * @param retryAfter how long the receiver asks to be left alone; null: it does not
     */
    record Reply(
            @Nullable Integer status, String text, @Nullable Duration retryAfter) {}
}
