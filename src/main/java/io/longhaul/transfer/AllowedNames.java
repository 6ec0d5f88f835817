package io.longhaul.transfer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;

/** What a name means, as far as it may be fetched from. */
record AllowedNames(AllowedAddresses allowed) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] all = InetAddress.getAllByName(host);
        InetAddress[] usable = Arrays.stream(all).filter(allowed::allows).toArray(InetAddress[]::new);
        if (usable.length == 0) throw new ForbiddenAddressException(host, all);
        return usable;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
