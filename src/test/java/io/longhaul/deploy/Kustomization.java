package io.longhaul.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * What kustomize makes of a folder, for the part of kustomize that k8s/ uses. What is beyond that part is refused, not
 * passed over, and a patch has to have something to patch.
 */
final class Kustomization {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Set<String> FIELDS = Set.of(
            "apiVersion",
            "kind",
            "namespace",
            "resources",
            "components",
            "secretGenerator",
            "patches",
            "replicas",
            "images");
    private static final Set<String> FIELDS_OF_A_COMPONENT = Set.of("apiVersion", "kind", "patches");
    private static final Set<String> CLUSTER_WIDE = Set.of(
            "Namespace",
            "ClusterRole",
            "ClusterRoleBinding",
            "CustomResourceDefinition",
            "PersistentVolume",
            "StorageClass");

    private final Path folder;
    private final JsonNode spec;
    private final List<ObjectNode> objects = new ArrayList<>();

    private Kustomization(Path folder) throws IOException {
        this.folder = folder;
        this.spec = YAML.readTree(folder.resolve("kustomization.yaml").toFile());
    }

    /** The objects that {@code kubectl apply -k folder} would send. */
    static List<ObjectNode> render(Path folder) throws IOException {
        var kustomization = new Kustomization(folder);
        kustomization.render();
        return kustomization.objects;
    }

    private void render() throws IOException {
        only(spec, FIELDS);
        for (JsonNode resource : spec.path("resources")) accumulate(folder.resolve(resource.asText()));
        for (JsonNode component : spec.path("components")) apply(folder.resolve(component.asText()));
        for (JsonNode secret : spec.path("secretGenerator")) objects.add(secret(secret));
        for (JsonNode patch : spec.path("patches")) patch(folder, patch);
        if (spec.has("namespace")) moveTo(spec.get("namespace").asText());
        for (JsonNode replicas : spec.path("replicas")) scale(replicas);
        for (JsonNode image : spec.path("images")) rename(image);
    }

    private void accumulate(Path resource) throws IOException {
        if (Files.isDirectory(resource)) objects.addAll(render(resource));
        else objects.addAll(read(resource));
    }

    /** A component patches what there is by then. */
    private void apply(Path component) throws IOException {
        JsonNode patches = YAML.readTree(component.resolve("kustomization.yaml").toFile());
        only(patches, FIELDS_OF_A_COMPONENT);
        for (JsonNode patch : patches.path("patches")) patch(component, patch);
    }

    /** The documents of a file of YAML. */
    static List<ObjectNode> read(Path file) throws IOException {
        try (var documents = YAML.readerFor(ObjectNode.class).<ObjectNode>readValues(file.toFile())) {
            return documents.readAll();
        }
    }

    private static ObjectNode secret(JsonNode generator) {
        only(generator, Set.of("name", "literals", "options"));
        only(generator.get("options"), Set.of("disableNameSuffixHash"));
        if (!generator.at("/options/disableNameSuffixHash").asBoolean()) throw refused("a name with a hash", generator);
        ObjectNode secret = YAML.createObjectNode()
                .put("apiVersion", "v1")
                .put("kind", "Secret")
                .put("type", "Opaque");
        secret.putObject("metadata").put("name", generator.get("name").asText());
        ObjectNode data = secret.putObject("data");
        for (JsonNode literal : generator.get("literals")) {
            String[] pair = literal.asText().split("=", 2);
            data.put(pair[0], Base64.getEncoder().encodeToString(pair[1].getBytes(StandardCharsets.UTF_8)));
        }
        return secret;
    }

    /** By RFC 6902. A strategic merge would need to know the merge keys of every list. */
    private void patch(Path from, JsonNode patch) throws IOException {
        only(patch, Set.of("target", "path", "patch"));
        only(patch.get("target"), Set.of("kind", "name"));
        JsonNode operations = patch.has("path")
                ? YAML.readTree(from.resolve(patch.get("path").asText()).toFile())
                : YAML.readTree(patch.get("patch").asText());
        if (!operations.isArray()) throw refused("a patch that is no list of operations", patch);
        boolean applied = false;
        for (int i = 0; i < objects.size(); i++) {
            ObjectNode object = objects.get(i);
            if (!object.get("kind").equals(patch.at("/target/kind"))) continue;
            if (!object.at("/metadata/name").equals(patch.at("/target/name"))) continue;
            objects.set(i, (ObjectNode) JsonPatch.apply(operations, object));
            applied = true;
        }
        if (!applied) throw refused("a patch of nothing", patch);
    }

    private void moveTo(String namespace) {
        for (ObjectNode object : objects) {
            String kind = object.get("kind").asText();
            if (!CLUSTER_WIDE.contains(kind)) object.withObject("/metadata").put("namespace", namespace);
            if (kind.equals("Namespace")) object.withObject("/metadata").put("name", namespace);
            for (JsonNode subject : object.path("subjects")) ((ObjectNode) subject).put("namespace", namespace);
        }
    }

    private void scale(JsonNode replicas) {
        only(replicas, Set.of("name", "count"));
        for (ObjectNode object : objects) {
            boolean scalable = Set.of("Deployment", "StatefulSet")
                    .contains(object.get("kind").asText());
            if (scalable && object.at("/metadata/name").equals(replicas.get("name"))) {
                object.withObject("/spec").set("replicas", replicas.get("count"));
            }
        }
    }

    private void rename(JsonNode image) {
        only(image, Set.of("name", "newName", "newTag"));
        for (ObjectNode object : objects) {
            for (JsonNode container : object.at("/spec/template/spec/containers")) {
                if (!container.get("image").equals(image.get("name"))) continue;
                String name = image.get("newName").asText() + ":"
                        + image.get("newTag").asText();
                ((ObjectNode) container).put("image", name);
            }
        }
    }

    private static void only(JsonNode node, Set<String> understood) {
        StreamSupport.stream(((Iterable<String>) node::fieldNames).spliterator(), false)
                .filter(field -> !understood.contains(field))
                .findFirst()
                .ifPresent(field -> {
                    throw refused("the field " + field, node);
                });
    }

    private static IllegalArgumentException refused(String what, JsonNode where) {
        return new IllegalArgumentException("This reads no kustomization with " + what + ": " + where);
    }
}
