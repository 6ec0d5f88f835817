package io.longhaul.job.http;

import java.util.UUID;

/**
 * A user name and a password, which are kept elsewhere.
 *
 * @param secret where
 */
public record StoredCredentials(AuthTarget target, AuthScheme scheme, UUID secret) {
    public CredentialsKind kind() {
        return new CredentialsKind(target, scheme);
    }
}
