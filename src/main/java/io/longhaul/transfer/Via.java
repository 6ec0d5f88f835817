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
    static Via of(ProxyServer server, Authenticator authenticator, boolean trusted) {
        return new Via(new HttpHost(URIScheme.HTTP.id, server.host(), server.port()), authenticator, trusted);
    }

    String name() {
        return proxy.toHostString();
    }
}
