package io.longhaul.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The signature of a webhook")
class SignatureTest {
    /** The example of the libraries of Standard Webhooks. */
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final Instant AT = Instant.ofEpochSecond(1614265330);
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

    @Test
    void is_that_of_standard_webhooks() {
        assertEquals(
                Map.of("webhook-id", ID, "webhook-timestamp", "1614265330", "webhook-signature", SIGNATURE),
                new Signature(List.of(SECRET)).headers(ID, AT, BODY));
    }

    @Test
    void is_one_for_each_secret_while_one_takes_the_place_of_another() {
        String other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
        String[] signatures = new Signature(List.of(other, SECRET))
                .headers(ID, AT, BODY)
                .get("webhook-signature")
                .split(" ", -1);
        assertEquals(2, signatures.length);
        assertEquals(SIGNATURE, signatures[1]);
    }

    @Test
    void is_none_without_a_secret() {
        assertEquals(
                Map.of("webhook-id", ID, "webhook-timestamp", "1614265330"),
                new Signature(List.of()).headers(ID, AT, BODY));
        assertThrows(IllegalArgumentException.class, () -> new Signature(List.of("whsec_")));
    }
}
