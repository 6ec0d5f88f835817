package io.longhaul.job.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a job that only HTTP knows. What is secret stands elsewhere, encrypted; here is only where.
 *
 * @param method GET unless the owner said otherwise
 * @param headersWriteOnly whether nobody is told the custom headers any more
 * @param headers where the custom headers are kept, once they are write-only; null: there are none
 */
public record HttpOptions(
        ProxySettings proxy,
        List<SecurityFlag> securityFlags,
        RedirectPolicy redirectPolicy,
        String method,
        List<StoredCredentials> credentials,
        boolean headersWriteOnly,
        @Nullable UUID headers,
        @Nullable ClientCertificate clientCertificate) {
    public static final String USUAL_METHOD = "GET";

    /** What BITS begins with. */
    public static final HttpOptions USUAL = new HttpOptions(
            ProxySettings.PRECONFIG,
            List.of(),
            RedirectPolicy.ALLOW_SILENT,
            USUAL_METHOD,
            List.of(),
            false,
            null,
            null);

    public HttpOptions {
        securityFlags = List.copyOf(securityFlags);
        credentials = List.copyOf(credentials);
    }

    public boolean has(SecurityFlag flag) {
        return securityFlags.contains(flag);
    }

    public boolean hasUsualMethod() {
        return method.equals(USUAL_METHOD);
    }

    /** Where all its secrets are. */
    public Set<UUID> secrets() {
        return Stream.concat(
                        credentials.stream().map(StoredCredentials::secret),
                        Stream.of(headers, clientCertificate == null ? null : clientCertificate.secret())
                                .filter(Objects::nonNull))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What TakeOwnership leaves. That the headers were write-only stays: nobody can take that back. */
    public HttpOptions withoutSecrets() {
        return new HttpOptions(proxy, securityFlags, redirectPolicy, method, List.of(), headersWriteOnly, null, null);
    }

    List<StoredCredentials> credentialsAfter(@Nullable StoredCredentials set, List<CredentialsKind> removed) {
        List<StoredCredentials> after = new ArrayList<>();
        for (StoredCredentials present : credentials) {
            boolean replaced = set != null && set.kind().equals(present.kind());
            if (!replaced && !removed.contains(present.kind())) after.add(present);
        }
        if (set != null) after.add(set);
        return after;
    }
}
