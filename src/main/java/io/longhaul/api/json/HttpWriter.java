package io.longhaul.api.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.job.http.ClientCertificate;
import io.longhaul.job.http.HttpOptions;

/** How a job speaks HTTP, as its clients see it: of a secret that there is one, and nothing more. */
final class HttpWriter {
    private HttpWriter() {}

    static void add(ObjectNode job, HttpOptions http) {
        job.put("customHeadersWriteOnly", http.headersWriteOnly());
        job.putObject("proxy")
                .put("usage", http.proxy().usage().name())
                .put("list", http.proxy().list())
                .put("bypass", http.proxy().bypass());
        ArrayNode credentials = job.putArray("credentials");
        http.credentials()
                .forEach(present -> credentials
                        .addObject()
                        .put("target", present.target().name())
                        .put("scheme", present.scheme().name()));
        ClientCertificate certificate = http.clientCertificate();
        if (certificate == null) job.putNull("clientCertificate");
        else job.putObject("clientCertificate").put("name", certificate.name());
        ArrayNode flags = job.putArray("securityFlags");
        http.securityFlags().forEach(flag -> flags.add(flag.name()));
        job.put("redirectPolicy", http.redirectPolicy().name());
        job.put("httpMethod", http.method());
    }
}
