package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.codec.ClientKeys;
import io.longhaul.codec.SecretValue;
import io.longhaul.job.BitsError;
import io.longhaul.job.Characters;
import io.longhaul.job.http.AuthScheme;
import io.longhaul.job.http.AuthTarget;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bodies that bring a secret. No refusal repeats a value of theirs. */
public final class SecretReader {
    private static final int LONGEST_USER_NAME = 300;
    private static final int LONGEST_PASSWORD = 65_535;
    private static final Set<String> CREDENTIALS = Set.of("scheme", "userName", "password");
    private static final Set<String> CERTIFICATE = Set.of("pem", "pkcs12", "password");

    private SecretReader() {}

    /** A login, and the scheme that it is for. */
    public record Credentials(AuthScheme scheme, SecretValue.Login login) {}

    /** {@code {"scheme": "BASIC", "userName": "…", "password": "…"}}. */
    public static Credentials credentials(JsonNode body) {
        Fields fields = Fields.of(body, "", CREDENTIALS);
        AuthScheme scheme = scheme(fields.requiredText("scheme"));
        String user = fields.text("userName");
        String password = fields.text("password");
        if (user == null || password == null)
            throw Refusal.invalid("userName and password are required: there is no logged-on user to take them from.");
        if (Characters.in(user) > LONGEST_USER_NAME) throw new Refusal(BitsError.BG_E_USERNAME_TOO_LARGE);
        if (Characters.in(password) > LONGEST_PASSWORD) throw new Refusal(BitsError.BG_E_PASSWORD_TOO_LARGE);
        // A login that HTTP cannot carry would fail at the server, or be taken for another one
        boolean splits = scheme == AuthScheme.BASIC && user.indexOf(':') >= 0;
        if (splits || hasControls(user) || hasControls(password))
            throw new Refusal(
                    BitsError.BG_E_INVALID_CREDENTIALS,
                    "userName and password must have no control characters, and for BASIC userName no colon.");
        // Kerberos takes an empty name for that of the node, and knows no domains but realms
        if (scheme == AuthScheme.NEGOTIATE && (user.isEmpty() || user.indexOf('\\') >= 0))
            throw new Refusal(
                    BitsError.BG_E_INVALID_CREDENTIALS, "For NEGOTIATE userName is a user, or user@REALM; without \\.");
        return new Credentials(scheme, new SecretValue.Login(user, password));
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    public static AuthTarget target(String name) {
        for (AuthTarget target : AuthTarget.values()) if (target.name().equals(name)) return target;
        throw new Refusal(BitsError.BG_E_INVALID_AUTH_TARGET);
    }

    public static AuthScheme scheme(String name) {
        if (name.equals("PASSPORT"))
            throw new Refusal(BitsError.E_NOTIMPL, "The schemes are BASIC, DIGEST, NTLM and NEGOTIATE.");
        for (AuthScheme scheme : AuthScheme.values()) if (scheme.name().equals(name)) return scheme;
        throw new Refusal(BitsError.BG_E_INVALID_AUTH_SCHEME);
    }

    /** {@code {"pem": "…"}}, or {@code {"pkcs12": "…Base64…", "password": "…"}}. */
    public static SecretValue.Identity certificate(JsonNode body) {
        Fields fields = Fields.of(body, "", CERTIFICATE);
        String pem = fields.text("pem");
        String pkcs12 = fields.text("pkcs12");
        String password = fields.text("password");
        if ((pem == null) == (pkcs12 == null)) throw Refusal.invalid("One of pem and pkcs12 is required.");
        try {
            return pem != null
                    ? ofPem(pem, password)
                    : ClientKeys.ofPkcs12(bytes(pkcs12), password == null ? "" : password);
        } catch (IllegalArgumentException unusable) {
            throw Refusal.invalid(String.valueOf(unusable.getMessage()));
        }
    }

    private static SecretValue.Identity ofPem(String pem, @Nullable String password) {
        if (password != null) throw Refusal.invalid("password goes with pkcs12.");
        return ClientKeys.ofPem(pem);
    }

    private static byte[] bytes(@Nullable String base64) {
        try {
            return Base64.getDecoder().decode(String.valueOf(base64));
        } catch (IllegalArgumentException notBase64) {
            throw Refusal.invalid("pkcs12 must be Base64.");
        }
    }
}
