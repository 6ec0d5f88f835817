package io.longhaul.transfer;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What is shown to a server that asks for a certificate. Where that is none, the connection that is being made hears of it: a
 * server that demands one often says so by nothing but closing it.
 */
final class ClientIdentity extends X509ExtendedKeyManager {
    private final @Nullable X509ExtendedKeyManager own;

    private ClientIdentity(@Nullable X509ExtendedKeyManager own) {
        this.own = own;
    }

    /** That of somebody who has none. */
    static KeyManager[] none() {
        return new KeyManager[] {new ClientIdentity(null)};
    }

    /** That of these, which may have none that the server takes. */
    static KeyManager[] of(KeyManager[] own) {
        KeyManager[] told = own.clone();
        for (int i = 0; i < told.length; i++)
            if (told[i] instanceof X509ExtendedKeyManager keys) told[i] = new ClientIdentity(keys);
        return told;
    }

    private static @Nullable String told(@Nullable String alias) {
        Connections.certificateAsked(alias != null);
        return alias;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return told(own == null ? null : own.chooseClientAlias(keyTypes, issuers, socket));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return told(own == null ? null : own.chooseEngineClientAlias(keyTypes, issuers, engine));
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return own == null ? null : own.getClientAliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return own == null ? null : own.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return own == null ? null : own.getPrivateKey(alias);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
