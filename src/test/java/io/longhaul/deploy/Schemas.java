package io.longhaul.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;

/**
 * The schemas of Kubernetes, in the form of the classes that its project and others make of them: no field that is
 * unknown, none missing that is required, none of the wrong type.
 */
final class Schemas {
    /** The classes keep what they do not know for those who do; here nobody does. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated any) {
                    return false;
                }
            });

    private Schemas() {}

    /** Throws an {@link IllegalArgumentException} that says what is wrong with the object. */
    static void check(JsonNode object) {
        String[] groupAndVersion = object.path("apiVersion").asText().split("/", 2);
        String kind = object.path("kind").asText();
        try {
            if (groupAndVersion[0].equals("monitoring.coreos.com") && kind.equals("ServiceMonitor")) {
                STRICT.treeToValue(object, ServiceMonitor.class);
            } else {
                check(JsonParser.parseString(object.toString()), groupAndVersion[groupAndVersion.length - 1], kind);
            }
        } catch (JsonProcessingException unfit) {
            throw new IllegalArgumentException(kind + ": " + unfit.getOriginalMessage(), unfit);
        } catch (ReflectiveOperationException unknown) {
            throw new IllegalArgumentException(
                    "There is no schema for " + object.path("apiVersion") + " " + kind, unknown);
        }
    }

    private static void check(JsonElement object, String version, String kind) throws ReflectiveOperationException {
        String name = version.substring(0, 1).toUpperCase(Locale.ROOT) + version.substring(1) + kind;
        Class<?> schema = Class.forName("io.kubernetes.client.openapi.models." + name);
        try {
            schema.getMethod("validateJsonElement", JsonElement.class).invoke(null, object);
        } catch (InvocationTargetException refused) {
            throw new IllegalArgumentException(kind + ": " + refused.getCause().getMessage(), refused);
        }
        JSON.deserialize(object.toString(), schema); // numbers, booleans and quantities
    }
}
