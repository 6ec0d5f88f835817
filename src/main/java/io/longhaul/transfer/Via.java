package io.longhaul.transfer;

import io.longhaul.job.http.ProxyServer;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.URIScheme;

/**
 * The proxy that a request goes through.
 *
 * @param trusted whether it is the operator's, who may have it at any address
 */
record Via(HttpHost proxy, Authenticator authenticator, boolean trusted) {
    static Via of(ProxyServer server, Authenticators logins, boolean trusted) {
        HttpHost proxy = new HttpHost(URIScheme.HTTP.id, server.host(), server.port());
        return new Via(proxy, logins.of(proxy), trusted);
    }

    String name() {
        return proxy.toHostString();
    }
}
