package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.longhaul.testkit.ApiClient;
import io.longhaul.testkit.Behaviours;
import io.longhaul.testkit.Content;
import io.longhaul.testkit.FreePort;
import io.longhaul.testkit.GeneratedDocument;
import io.longhaul.testkit.MisbehavingOrigin;
import io.longhaul.testkit.TestNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The reference, the dashboard and the alerts, compared with what a running node tells. */
@DisplayName("The metrics of a node")
@Tag("slow")
class MetricsReferenceTest {
    private static final Path DASHBOARD = Path.of("deploy/grafana/longhaul.json");
    private static final Path ALERTS = Path.of("deploy/prometheus/alerts.yml");
    private static final Path WHAT_TO_DO = Path.of("docs/operating/monitoring.md");

    private static final Pattern OUR_NAME = Pattern.compile("\\blonghaul_[a-z0-9_]+");
    private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\S+)");
    private static final Pattern EXPRESSION = Pattern.compile("expr: (.+)");

    /** They are there once there was a collection of that kind. */
    private static final Pattern SOMETIMES = Pattern.compile("jvm_gc_(pause|concurrent_phase).*");

    /** What Prometheus adds by itself. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up", "instance", "job");

    private static final Map<String, Family> FAMILIES = new TreeMap<>();
    /** The values of each label of each sample. */
    private static final Map<String, Map<String, Set<String>>> SAMPLES = new TreeMap<>();

    private record Family(String name, String type, String help, Set<String> labels) {
        String row() {
            String all = labels.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
            return "| `%s` | %s | %s | %s |".formatted(name, type, all, help.replace("<", "&lt;"));
        }
    }

    /** A node that has met a little of everything, so that every metric that it can tell is there. */
    @BeforeAll
    static void scrape() throws IOException {
        int port = FreePort.find();
        var content = new Content(91, 100_000);
        try (TestNode node =
                        TestNode.start("longhaul.management.port = " + port, "longhaul.scheduler.slots-per-node = 1");
                ApiClient client = node.client("alice");
                var origin = new MisbehavingOrigin()) {
            origin.on("/missing", Behaviours.status(404));
            origin.on("/hook", Behaviours.status(200));
            client.put("/v1/policies", "{\"fleet\": {\"bandwidth\": {\"limits\": {\"NORMAL\": 1000000}}}}");
            var held = origin.on("/held", Behaviours.hangsAfter(content, 1000));
            String failed = client.create(
                    job(origin.url("/missing"), ", \"notify\": {\"url\": \"" + origin.url("/hook") + "\"}"));
            client.awaitState(failed, "ERROR");
            client.post("/v1/jobs/" + failed + "/cancel");
            client.post("/v1/jobs/" + failed + "/resume"); // is refused
            client.create(job(origin.url("/held")));
            held.awaitSent(1000);
            client.create(job(origin.url("/held"))); // waits
            var management = URI.create("http://127.0.0.1:" + port);
            try (var operator = new ApiClient(management, "alice")) {
                read(operator.until(
                        () -> operator.get("/metrics").text(),
                        text -> text.contains("longhaul_queue_depth{")
                                && text.contains("longhaul_host_transfers{")
                                && text.contains("longhaul_bandwidth_limit{")
                                && text.contains("longhaul_notification_attempts_total{")));
            }
            held.release();
        }
    }

    private static String job(String url) {
        return job(url, "");
    }

    private static String job(String url, String more) {
        return """
                {"displayName": "metrics", "resume": true, "files": [{"remoteName": "%s", "localName": "a"}]%s}
                """.formatted(url, more);
    }

    private static void read(String text) {
        Map<String, String> help = new TreeMap<>();
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP")) help.put(words[2], words.length < 4 ? "" : words[3]);
            else if (line.startsWith("# TYPE"))
                FAMILIES.put(
                        words[2], new Family(words[2], words[3], help.getOrDefault(words[2], ""), new TreeSet<>()));
            else readSample(line);
        }
        FAMILIES.keySet().removeIf(name -> SOMETIMES.matcher(name).matches());
    }

    private static void readSample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertTrue(sample.matches(), line);
        String name = sample.group(1);
        Map<String, Set<String>> labels = SAMPLES.computeIfAbsent(name, none -> new TreeMap<>());
        Family family = FAMILIES.getOrDefault(name, FAMILIES.get(name.replaceFirst("_(bucket|sum|count)$", "")));
        if (sample.group(2) == null || family == null) return;
        Matcher label = LABEL.matcher(sample.group(2));
        while (label.find()) {
            labels.computeIfAbsent(label.group(1), none -> new TreeSet<>()).add(label.group(2));
            if (!label.group(1).equals("le")) family.labels().add(label.group(1));
        }
    }

    @Test
    void are_in_the_reference() {
        var page = GeneratedDocument.at("docs/reference/metrics.md");
        page.holds("longhaul", table(name -> name.startsWith("longhaul_")));
        page.holds("surroundings", table(name -> !name.startsWith("longhaul_")));
    }

    private static String table(java.util.function.Predicate<String> wanted) {
        List<String> rows =
                new ArrayList<>(List.of("| metric | type | labels | meaning |", "| --- | --- | --- | --- |"));
        FAMILIES.values().stream()
                .filter(family -> wanted.test(family.name()))
                .map(Family::row)
                .forEach(rows::add);
        return String.join("\n", rows);
    }

    @Test
    void are_all_of_our_own_on_the_dashboard() throws IOException {
        Set<String> asked = panels().stream()
                .flatMap(panel -> Query.of(panel).selected().stream())
                .map(Query.Selected::metric)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> unseen = new TreeSet<>(FAMILIES.keySet());
        unseen.removeIf(name -> !name.startsWith("longhaul_") || name.endsWith("_max"));
        unseen.removeIf(name -> asked.stream()
                .anyMatch(one -> one.replaceFirst("_(bucket|sum|count)$", "").equals(name)));
        unseen.removeAll(asked);
        assertEquals(Set.of(), unseen);
    }

    /** A name, a label or a value that no node tells makes an empty panel, and an alert that never comes. */
    @Test
    void answer_every_panel_and_every_alert() throws IOException {
        List<String> queries = new ArrayList<>(panels());
        assertTrue(queries.size() > 40, () -> "only " + queries);
        List<String> alerts = alerts();
        assertTrue(alerts.size() > 5, () -> "only " + alerts);
        queries.addAll(alerts);
        Set<String> unanswered = new TreeSet<>();
        for (String query : queries) unanswered.addAll(unanswered(query));
        assertEquals(Set.of(), unanswered);
    }

    private static Set<String> unanswered(String text) {
        Query query = Query.of(text);
        Set<String> faults = new TreeSet<>();
        if (query.selected().isEmpty()) faults.add("asks for nothing: " + text);
        Set<String> labels = new TreeSet<>(OF_PROMETHEUS);
        for (Query.Selected selected : query.selected()) {
            String metric = selected.metric();
            if (OF_PROMETHEUS.contains(metric) || SOMETIMES.matcher(metric).matches()) continue;
            if (!SAMPLES.containsKey(metric)) faults.add(metric);
            Map<String, Set<String>> told = SAMPLES.getOrDefault(metric, Map.of());
            labels.addAll(told.keySet());
            for (Query.Condition condition : selected.conditions()) {
                if (OF_PROMETHEUS.contains(condition.label())) continue;
                Set<String> values = told.getOrDefault(condition.label(), Set.of());
                boolean known =
                        condition.operator().equals("=") ? values.contains(condition.value()) : !values.isEmpty();
                if (!known) faults.add(metric + " with " + condition);
            }
        }
        for (String label : query.grouped()) if (!labels.contains(label)) faults.add("by " + label + ": " + text);
        return faults;
    }

    private static List<String> panels() throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(DASHBOARD)).findValues("expr").stream()
                        .map(JsonNode::asText)
                        .toList();
    }

    private static List<String> alerts() throws IOException {
        return EXPRESSION
                .matcher(Files.readString(ALERTS))
                .results()
                .map(rule -> rule.group(1))
                .toList();
    }

    /** What the autoscaler, and who follows a page, asks for by name. */
    @Test
    void have_the_names_that_manifests_and_pages_for_operators_call_them_by() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path root : List.of(Path.of("k8s"), Path.of("docs/operating"), Path.of("docs/guides"))) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Matcher name = OUR_NAME.matcher(Files.readString(file));
                    while (name.find()) named.add(name.group());
                }
            }
        }
        assertTrue(named.contains("longhaul_queue_depth"), named::toString);
        named.removeAll(SAMPLES.keySet());
        named.removeAll(FAMILIES.keySet());
        assertEquals(Set.of(), named);
    }

    @Test
    void give_alarms_that_the_guide_says_what_to_do_about() throws IOException {
        Set<String> alerts = new TreeSet<>();
        Matcher alert = ALERT.matcher(Files.readString(ALERTS));
        while (alert.find()) alerts.add(alert.group(1));
        Set<String> explained = Files.readAllLines(WHAT_TO_DO).stream()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(alerts, explained);
    }
}
