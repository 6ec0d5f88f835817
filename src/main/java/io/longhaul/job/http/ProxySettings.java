package io.longhaul.job.http;

import org.jspecify.annotations.Nullable;

/**
 * SetProxySettings.
 *
 * @param list of proxies, which are tried in this order; only with OVERRIDE, and there required
 * @param bypass hosts that are spoken to without one; only with OVERRIDE
 */
public record ProxySettings(
        ProxyUsage usage, @Nullable String list, @Nullable String bypass) {
    public static final ProxySettings PRECONFIG = new ProxySettings(ProxyUsage.PRECONFIG, null, null);
}
