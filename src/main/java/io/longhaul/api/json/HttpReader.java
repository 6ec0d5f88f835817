package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.job.Value;
import io.longhaul.job.http.ClientCertificate;
import io.longhaul.job.http.HttpChange;
import io.longhaul.job.http.HttpOptions;
import io.longhaul.job.http.ProxySettings;
import io.longhaul.job.http.ProxyUsage;
import io.longhaul.job.http.RedirectPolicy;
import io.longhaul.job.http.SecurityFlag;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How a job is to speak HTTP. */
final class HttpReader {
    static final Set<String> KNOWN = Set.of(
            "proxy", "securityFlags", "redirectPolicy", "httpMethod", "customHeadersWriteOnly", "clientCertificate");

    private static final Set<String> PROXY = Set.of("usage", "list", "bypass");
    private static final Set<String> CERTIFICATE = Set.of("name");

    private HttpReader() {}

    /** The options of a new job; null where it says nothing of them. */
    static @Nullable HttpOptions options(Fields fields) {
        HttpChange change = change(fields, null);
        return change == null ? null : change.applyTo(HttpOptions.USUAL);
    }

    /**
     * What a merge patch changes of them; null: nothing.
     *
     * @param before what it is merged into; null: nothing, because the job is a new one
     */
    static @Nullable HttpChange change(Fields fields, @Nullable HttpOptions before) {
        if (KNOWN.stream().noneMatch(fields::has)) return null;
        return new HttpChange(
                fields.isNull("proxy")
                        ? ProxySettings.PRECONFIG
                        : proxy(fields, before == null ? null : before.proxy()),
                fields.has("securityFlags") ? new Value<>(flags(fields)) : null,
                fields.isNull("redirectPolicy")
                        ? RedirectPolicy.ALLOW_SILENT
                        : fields.oneOf(RedirectPolicy.class, "redirectPolicy"),
                fields.isNull("httpMethod") ? HttpOptions.USUAL_METHOD : fields.text("httpMethod"),
                fields.isNull("customHeadersWriteOnly") ? Boolean.FALSE : fields.flag("customHeadersWriteOnly"),
                null,
                fields.has("clientCertificate") ? new Value<>(certificate(fields)) : null,
                null,
                List.of());
    }

    private static @Nullable ProxySettings proxy(Fields fields, @Nullable ProxySettings before) {
        JsonNode value = fields.given("proxy");
        if (value == null) return null;
        Fields members = Fields.of(value, fields.name("proxy"), PROXY);
        ProxyUsage usage = members.oneOf(ProxyUsage.class, "usage");
        if (usage == null) {
            if (before == null) throw Refusal.invalid(members.name("usage") + " is required.");
            usage = members.isNull("usage") ? ProxyUsage.PRECONFIG : before.usage();
        }
        // Other usages have no lists: who changes to one need not take them away.
        ProxySettings kept = before != null && usage == ProxyUsage.OVERRIDE ? before : ProxySettings.PRECONFIG;
        return new ProxySettings(
                usage,
                members.has("list") ? members.text("list") : kept.list(),
                members.has("bypass") ? members.text("bypass") : kept.bypass());
    }

    /** Each flag once, in BITS's order; none where null is given. */
    private static List<SecurityFlag> flags(Fields fields) {
        List<Fields.Element> given = fields.elements("securityFlags");
        if (given == null) return List.of();
        Set<SecurityFlag> flags = new TreeSet<>();
        for (Fields.Element element : given)
            flags.add(Fields.oneOf(SecurityFlag.class, element.node(), element.name()));
        return List.copyOf(flags);
    }

    private static @Nullable ClientCertificate certificate(Fields fields) {
        JsonNode value = fields.given("clientCertificate");
        if (value == null) return null;
        return new ClientCertificate(
                Fields.of(value, fields.name("clientCertificate"), CERTIFICATE).requiredText("name"), null);
    }
}
