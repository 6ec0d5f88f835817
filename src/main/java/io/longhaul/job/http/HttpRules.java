package io.longhaul.job.http;

import static io.longhaul.job.BitsError.BG_E_INVALID_PROXY_INFO;
import static io.longhaul.job.BitsError.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD;
import static io.longhaul.job.BitsError.BG_E_PROXY_BYPASS_LIST_TOO_LARGE;
import static io.longhaul.job.BitsError.BG_E_PROXY_LIST_TOO_LARGE;
import static io.longhaul.job.BitsError.BG_E_UNSUPPORTED_JOB_CONFIGURATION;
import static io.longhaul.job.BitsError.E_INVALIDARG;

import io.longhaul.job.BitsError;
import io.longhaul.job.Characters;
import io.longhaul.job.Decision.Refused;
import io.longhaul.job.JobOptions.Mode;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Priority;
import io.longhaul.job.file.FileSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the HTTP options may be: BITS's limits, and ours where it has none. */
public final class HttpRules {
    private static final int LONGEST_LIST = 32 * 1024;
    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");
    private static final Pattern CERTIFICATE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private HttpRules() {}

    /** Of a job's properties; null: nothing. */
    public static @Nullable Refused problem(JobSpec spec) {
        HttpOptions http = spec.http();
        if (http == null) return null;
        if (http.headersWriteOnly() && !spec.customHeaders().isEmpty())
            return new Refused(E_INVALIDARG, "Headers that are write-only do not stand in the job.");
        ClientCertificate certificate = http.clientCertificate();
        if (certificate != null
                && certificate.name() != null
                && !CERTIFICATE.matcher(certificate.name()).matches())
            return new Refused(
                    E_INVALIDARG,
                    "clientCertificate.name must be 1 to 128 letters, digits and . _ - and begin with a letter or digit.");
        Refused proxy = proxyProblem(http.proxy());
        return proxy != null ? proxy : methodProblem(spec, http);
    }

    private static @Nullable Refused methodProblem(JobSpec spec, HttpOptions http) {
        if (http.hasUsualMethod()) return null;
        // CONNECT makes a tunnel, and no file comes out of it
        if (!METHOD.matcher(http.method()).matches() || http.method().equalsIgnoreCase("CONNECT"))
            return new Refused(E_INVALIDARG, "httpMethod must be the name of an HTTP method, and not CONNECT.");
        if (spec.priority() != Priority.FOREGROUND)
            return new Refused(
                    BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD,
                    "A job with another method than GET has the priority FOREGROUND.");
        if (spec.requireRanges() || spec.is(Mode.DYNAMIC_CONTENT) || spec.is(Mode.ON_DEMAND))
            return new Refused(
                    BG_E_UNSUPPORTED_JOB_CONFIGURATION,
                    "A job with another method than GET never resumes: not with requireRanges, dynamicContent or onDemand.");
        return null;
    }

    /** Of files that such a job has, or is to have; empty: nothing. */
    public static Optional<Refused> problem(JobSpec spec, List<FileSource> files) {
        boolean usual = spec.httpOptions().hasUsualMethod();
        if (usual || files.stream().allMatch(HttpRules::isAskedForOnce)) return Optional.empty();
        return Optional.of(new Refused(
                BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD,
                "A job with another method than GET asks once: its files have one URL each and no byte ranges."));
    }

    private static boolean isAskedForOnce(FileSource file) {
        return file.ranges().isEmpty() && file.fallbacks().isEmpty();
    }

    private static @Nullable Refused proxyProblem(ProxySettings proxy) {
        String list = proxy.list();
        String bypass = proxy.bypass();
        if (proxy.usage() != ProxyUsage.OVERRIDE)
            return list == null && bypass == null
                    ? null
                    : new Refused(E_INVALIDARG, "proxy.list and proxy.bypass go with the usage OVERRIDE alone.");
        if (list == null) return new Refused(E_INVALIDARG, "The usage OVERRIDE requires proxy.list.");
        if (Characters.in(list) > LONGEST_LIST) return refused(BG_E_PROXY_LIST_TOO_LARGE);
        if (bypass != null && Characters.in(bypass) > LONGEST_LIST) return refused(BG_E_PROXY_BYPASS_LIST_TOO_LARGE);
        if (ProxyServer.parse(list).isEmpty())
            return new Refused(
                    BG_E_INVALID_PROXY_INFO,
                    "proxy.list must hold 1 to 100 proxies as [http=|https=][http://]server[:port], separated by spaces.");
        if (bypass != null && ProxyBypass.parse(bypass).isEmpty())
            return new Refused(
                    BG_E_INVALID_PROXY_INFO,
                    "proxy.bypass must hold at most 1,000 hosts, separated by spaces: names, addresses or networks, each with"
                            + " a port or with any; * may only begin a name, and <local> is every name without a dot.");
        return null;
    }

    private static Refused refused(BitsError code) {
        return new Refused(code, code.text());
    }
}
