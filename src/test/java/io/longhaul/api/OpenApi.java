package io.longhaul.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The description of the API, to hold answers against: strictly, so that no undocumented member slips in. */
final class OpenApi {
    static final OpenApi DOCUMENT = new OpenApi();

    private final JsonNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private OpenApi() {
        try {
            document = JsonMapper.builder().build().readTree(OpenApi.class.getResourceAsStream("openapi.json"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** For example {@code GET /v1/jobs/{id}}. */
    Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        return operations;
    }

    Set<String> paths() {
        Set<String> paths = new TreeSet<>();
        document.get("paths").fieldNames().forEachRemaining(paths::add);
        return paths;
    }

    /** The names of the query parameters of an operation. */
    Set<String> query(String method, String path) {
        Set<String> names = new TreeSet<>();
        for (JsonNode parameter : operation(method, path).get("parameters")) {
            JsonNode resolved = document.at(parameter.get("$ref").asText().substring(1));
            if (resolved.get("in").asText().equals("query"))
                names.add(resolved.get("name").asText());
        }
        return names;
    }

    JsonNode operation(String method, String path) {
        return document.get("paths").get(path).get(method.toLowerCase(Locale.ROOT));
    }

    /** What is wrong with this answer; empty: nothing. */
    List<String> faults(String method, String path, int status, String mediaType, JsonNode body) {
        JsonNode responses = operation(method, path).get("responses");
        JsonNode response = responses.has("" + status) ? responses.get("" + status) : responses.get("default");
        if (response.has("$ref"))
            response = document.at(response.get("$ref").asText().substring(1));
        if (!response.has("content")) return body == null ? List.of() : List.of("a body that is not documented");
        JsonNode content = response.get("content").get(mediaType);
        if (content == null) return List.of("the media type " + mediaType + " is not documented for " + status);
        return body == null ? List.of() : faults(content.get("schema"), body);
    }

    List<String> faults(String schema, JsonNode body) {
        return faults(document.at("/components/schemas/" + schema), body);
    }

    /** Every example in the document, by the schema that it is an example of. */
    List<String> faultyExamples() {
        List<String> faults = new ArrayList<>();
        document.at("/components/schemas").properties().forEach(schema -> {
            JsonNode example = schema.getValue().get("example");
            if (example != null)
                faults(schema.getValue(), example).forEach(fault -> faults.add(schema.getKey() + ": " + fault));
        });
        return faults;
    }

    private List<String> faults(JsonNode schema, JsonNode body) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.get("components").deepCopy());
        close(whole);
        Schema compiled = registry.getSchema(whole);
        return compiled.validate(body).stream().map(Error::toString).toList();
    }

    /** Objects may have no other members than those that are named. */
    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.has("properties")
                && object.path("type").asText().equals("object")
                && !object.has("additionalProperties")) object.put("additionalProperties", false);
        node.forEach(OpenApi::close);
    }
}
