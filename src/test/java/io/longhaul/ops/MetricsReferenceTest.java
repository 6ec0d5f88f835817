package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.longhaul.testkit.ApiClient;
import io.longhaul.testkit.Behaviours;
import io.longhaul.testkit.Content;
import io.longhaul.testkit.GeneratedDocument;
import io.longhaul.testkit.MisbehavingOrigin;
import io.longhaul.testkit.TestNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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

    private static final Pattern NAME = Pattern.compile("\\b(?:longhaul|hikaricp|jvm|process|system)_[a-z0-9_]+");
    private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    private static final Pattern ALERT = Pattern.compile("- alert: (\\S+)");
    private static final Pattern EXPRESSION = Pattern.compile("expr: (.+)");

    /** They are there once there was a collection of that kind. */
    private static final Pattern SOMETIMES = Pattern.compile("jvm_gc_(pause|concurrent_phase).*");

    private static final Map<String, Family> FAMILIES = new TreeMap<>();
    private static final Set<String> SAMPLES = new TreeSet<>();

    private record Family(String name, String type, String help, Set<String> labels) {
        String row() {
            String all = labels.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
            return "| `%s` | %s | %s | %s |".formatted(name, type, all, help.replace("<", "&lt;"));
        }
    }

    /** A node that has met a little of everything, so that every metric that it can tell is there. */
    @BeforeAll
    static void scrape() throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var content = new Content(91, 100_000);
        try (TestNode node =
                        TestNode.start("longhaul.management.port = " + port, "longhaul.scheduler.slots-per-node = 1");
                ApiClient client = node.client("alice");
                var origin = new MisbehavingOrigin()) {
            origin.on("/missing", Behaviours.status(404));
            var held = origin.on("/held", Behaviours.hangsAfter(content, 1000));
            String failed = client.create(job(origin.url("/missing")));
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
                        text -> text.contains("longhaul_queue_depth{") && text.contains("longhaul_host_transfers{")));
            }
            held.release();
        }
    }

    private static String job(String url) {
        return """
                {"displayName": "metrics", "resume": true, "files": [{"remoteName": "%s", "localName": "a"}]}
                """.formatted(url);
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
        SAMPLES.add(name);
        Family family = FAMILIES.getOrDefault(name, FAMILIES.get(name.replaceFirst("_(bucket|sum|count)$", "")));
        if (sample.group(2) == null || family == null) return;
        Matcher label = LABEL.matcher(sample.group(2));
        while (label.find()) if (!label.group(1).equals("le")) family.labels().add(label.group(1));
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
    void are_all_of_our_own_on_the_dashboard_and_nothing_that_is_none() throws IOException {
        Set<String> asked = new TreeSet<>();
        for (JsonNode query :
                new ObjectMapper().readTree(Files.readString(DASHBOARD)).findValues("expr"))
            asked.addAll(names(query.asText()));
        assertEquals(Set.of(), missing(asked));
        Set<String> unseen = new TreeSet<>(FAMILIES.keySet());
        unseen.removeIf(name -> !name.startsWith("longhaul_") || name.endsWith("_max"));
        unseen.removeIf(name -> asked.stream()
                .anyMatch(one -> one.replaceFirst("_(bucket|sum|count)$", "").equals(name)));
        unseen.removeAll(asked);
        assertEquals(Set.of(), unseen);
    }

    @Test
    void give_alarm_by_names_that_exist_and_the_guide_says_what_to_do() throws IOException {
        String rules = Files.readString(ALERTS);
        Set<String> asked = new TreeSet<>();
        Matcher expression = EXPRESSION.matcher(rules);
        while (expression.find()) asked.addAll(names(expression.group(1)));
        assertTrue(asked.size() > 5, () -> "only " + asked);
        assertEquals(Set.of(), missing(asked));
        Set<String> alerts = new TreeSet<>();
        Matcher alert = ALERT.matcher(rules);
        while (alert.find()) alerts.add(alert.group(1));
        Set<String> explained = Files.readAllLines(WHAT_TO_DO).stream()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(alerts, explained);
    }

    private static Set<String> names(String query) {
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(query);
        while (name.find()) names.add(name.group());
        return names;
    }

    private static Set<String> missing(Set<String> asked) {
        Set<String> missing = new TreeSet<>(asked);
        missing.removeAll(SAMPLES);
        missing.removeIf(name -> SOMETIMES.matcher(name).matches());
        return missing;
    }
}
