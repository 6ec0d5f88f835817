package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.job.JobChange.Value;
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
        HttpChange change = change(fields);
        return change == null ? null : change.applyTo(HttpOptions.USUAL);
    }

    /** What a merge patch changes of them; null: nothing. */
    static @Nullable HttpChange change(Fields fields) {
        if (KNOWN.stream().noneMatch(fields::has)) return null;
        return new HttpChange(
                fields.isNull("proxy") ? ProxySettings.PRECONFIG : proxy(fields),
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

    private static @Nullable ProxySettings proxy(Fields fields) {
        JsonNode value = fields.given("proxy");
        if (value == null) return null;
        Fields members = Fields.of(value, fields.name("proxy"), PROXY);
        ProxyUsage usage = members.oneOf(ProxyUsage.class, "usage");
        if (usage == null) throw Refusal.invalid(members.name("usage") + " is required.");
        return new ProxySettings(usage, members.text("list"), members.text("bypass"));
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
