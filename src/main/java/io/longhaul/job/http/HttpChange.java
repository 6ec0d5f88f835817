package io.longhaul.job.http;

import io.longhaul.job.Value;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * New values for some of the options. A null component leaves its option as it is.
 *
 * @param headers where the custom headers are kept from now on
 * @param credentials some in place of those of their kind
 * @param removed kinds of credentials that are no longer wanted
 */
public record HttpChange(
        @Nullable ProxySettings proxy,
        @Nullable Value<List<SecurityFlag>> securityFlags,
        @Nullable RedirectPolicy redirectPolicy,
        @Nullable String method,
        @Nullable Boolean headersWriteOnly,
        @Nullable Value<@Nullable UUID> headers,
        @Nullable Value<@Nullable ClientCertificate> clientCertificate,
        @Nullable StoredCredentials credentials,
        List<CredentialsKind> removed) {

    private static final HttpChange NONE = new HttpChange(null, null, null, null, null, null, null, null, List.of());

    public HttpChange {
        removed = List.copyOf(removed);
    }

    /** The same, and the headers are kept there; null: there are none. */
    public static HttpChange of(@Nullable HttpChange more, @Nullable UUID headers) {
        HttpChange change = more == null ? NONE : more;
        return new HttpChange(
                change.proxy,
                change.securityFlags,
                change.redirectPolicy,
                change.method,
                true,
                new Value<>(headers),
                change.clientCertificate,
                change.credentials,
                change.removed);
    }

    public static HttpChange setting(StoredCredentials credentials) {
        return new HttpChange(null, null, null, null, null, null, null, credentials, List.of());
    }

    public static HttpChange removing(List<CredentialsKind> kinds) {
        return new HttpChange(null, null, null, null, null, null, null, null, kinds);
    }

    public static HttpChange setting(ClientCertificate certificate) {
        return new HttpChange(null, null, null, null, null, null, new Value<>(certificate), null, List.of());
    }

    public static HttpChange withoutCertificate() {
        return new HttpChange(null, null, null, null, null, null, new Value<>(null), null, List.of());
    }

    /** The options after it. */
    public HttpOptions applyTo(HttpOptions options) {
        return new HttpOptions(
                or(proxy, options.proxy()),
                securityFlags == null ? options.securityFlags() : securityFlags.value(),
                or(redirectPolicy, options.redirectPolicy()),
                or(method, options.method()),
                options.credentialsAfter(credentials, removed),
                or(headersWriteOnly, options.headersWriteOnly()),
                headers == null ? options.headers() : headers.value(),
                clientCertificate == null ? options.clientCertificate() : clientCertificate.value());
    }

    private static <T> T or(@Nullable T changed, T present) {
        return changed == null ? present : changed;
    }
}
