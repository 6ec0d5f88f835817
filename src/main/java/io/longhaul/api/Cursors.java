package io.longhaul.api;

import io.longhaul.api.json.Refusal;
import io.longhaul.entity.NotificationKey;
import io.longhaul.job.JobId;
import io.longhaul.job.JobRules;
import io.longhaul.job.file.RemoteHost;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Where the next page of a list begins, in a form that tells clients nothing. */
final class Cursors {
    private Cursors() {}

    static String of(JobId last) {
        return encoded(last.toString());
    }

    static JobId job(String cursor) {
        return decoded(cursor).flatMap(JobId::parse).orElseThrow(Cursors::malformed);
    }

    static String ofSequence(long last) {
        return encoded(Long.toString(last));
    }

    static long sequence(String cursor) {
        String text = decoded(cursor).orElseThrow(Cursors::malformed);
        if (!text.matches("[0-9]{1,18}")) throw malformed();
        return Long.parseLong(text);
    }

    static String ofNotification(NotificationKey last) {
        return encoded(last.id());
    }

    static NotificationKey notification(String cursor) {
        return decoded(cursor).flatMap(NotificationKey::parse).orElseThrow(Cursors::malformed);
    }

    static String ofQueue(String last) {
        return encoded(last);
    }

    static String queue(String cursor) {
        return decoded(cursor).filter(JobRules::isQueueName).orElseThrow(Cursors::malformed);
    }

    static String ofHost(String last) {
        return encoded(last);
    }

    static String host(String cursor) {
        return decoded(cursor).flatMap(RemoteHost::parse).orElseThrow(Cursors::malformed);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> decoded(String cursor) {
        try {
            return Optional.of(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Refusal malformed() {
        return Refusal.invalid("cursor must be a nextCursor of this list.");
    }
}
