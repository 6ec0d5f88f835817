package io.longhaul.notify;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookSigningException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The headers by which a receiver knows that a webhook is ours, and which one it is.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard Webhooks</a>
 */
final class Signature {
    private final List<Webhook> keys = new ArrayList<>();

    /**
     * @throws IllegalArgumentException where one of them is no secret
     */
    Signature(List<String> secrets) {
        for (String secret : secrets) keys.add(key(secret));
    }

    private static Webhook key(String secret) {
        try {
            return new Webhook(secret);
        } catch (EmptyWebhookSecretException empty) {
            throw new IllegalArgumentException("An empty secret", empty);
        }
    }

    /** Of one attempt: each has its own timestamp, so that what was overheard cannot be sent again for long. */
    Map<String, String> headers(String id, Instant now, byte[] body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", Long.toString(now.getEpochSecond()));
        List<String> signatures = new ArrayList<>();
        for (Webhook key : keys) signatures.add(signature(key, id, now, body));
        if (!signatures.isEmpty()) headers.put("webhook-signature", String.join(" ", signatures));
        return headers;
    }

    private static String signature(Webhook key, String id, Instant now, byte[] body) {
        try {
            return key.sign(id, now.getEpochSecond(), new String(body, StandardCharsets.UTF_8));
        } catch (WebhookSigningException impossible) {
            throw new IllegalStateException("HMAC-SHA256 is missing", impossible);
        }
    }
}
