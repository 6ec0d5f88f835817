package io.longhaul;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.StateName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The documentation")
class DocumentationTest {
    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("docs");
    private static final Path INDEX = DOCS.resolve("README.md");
    private static final int LONGEST_README = 150;

    /** What stands in code is no link. */
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|`[^`\n]*`");

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

    private static final Pattern NAME_OF_A_TEST = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|Spec))`");

    private static final Pattern STATE_DIAGRAM = Pattern.compile("(?ms)^```mermaid\nstateDiagram-v2\n(.*?)^```$");
    private static final Pattern MOVE = Pattern.compile(" *(\\S+) --> (\\S+)( : .+)?");

    @Test
    void links_to_what_is_there() throws IOException {
        Set<String> broken = new TreeSet<>();
        for (Path page : pages())
            for (Path target : linksOf(page)) if (!Files.exists(target)) broken.add(page + " links to " + target);
        assertEquals(Set.of(), broken);
    }

    @Test
    void has_an_index_that_names_every_page() throws IOException {
        Set<Path> missing = new TreeSet<>(pages());
        missing.removeAll(linksOf(INDEX));
        missing.removeAll(Set.of(README, INDEX));
        assertEquals(Set.of(), missing);
    }

    @Test
    void begins_with_a_page_that_is_read_in_one_go() throws IOException {
        int lines = Files.readAllLines(README).size();
        assertTrue(lines < LONGEST_README, () -> README + " has " + lines + " lines");
    }

    @Test
    void draws_states_that_exist() throws IOException {
        Set<String> states = Stream.concat(
                        Stream.of("[*]"), Arrays.stream(StateName.values()).map(StateName::name))
                .collect(toSet());
        List<Path> drawings = new ArrayList<>();
        for (Path page : pages()) {
            Matcher drawing = STATE_DIAGRAM.matcher(Files.readString(page));
            while (drawing.find()) {
                drawings.add(page);
                drawing.group(1).lines().forEach(line -> assertIsMove(page, line, states));
            }
        }
        assertTrue(drawings.contains(README), () -> README + " draws no states");
        assertTrue(drawings.contains(DOCS.resolve("concepts/states.md")), "the concepts draw no states");
    }

    @Test
    void names_tests_that_exist() throws IOException {
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Path.of("src/test"))) {
            tests = files.map(file -> file.getFileName().toString().replaceFirst("\\.(java|scala)$", ""))
                    .collect(toSet());
        }
        Set<String> missing = new TreeSet<>();
        for (Path page : pages()) {
            Matcher test = NAME_OF_A_TEST.matcher(Files.readString(page));
            while (test.find()) if (!tests.contains(test.group(1))) missing.add(page + " names " + test.group(1));
        }
        assertEquals(Set.of(), missing);
    }

    private static void assertIsMove(Path page, String line, Set<String> states) {
        Matcher move = MOVE.matcher(line);
        assertTrue(move.matches(), () -> page + " draws no move: " + line);
        assertTrue(states.contains(move.group(1)), () -> page + " draws a state that is none: " + line);
        assertTrue(states.contains(move.group(2)), () -> page + " draws a state that is none: " + line);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(DOCS)) {
            List<Path> pages = Stream.concat(
                            Stream.of(README),
                            files.filter(file -> file.toString().endsWith(".md")))
                    .toList();
            assertFalse(pages.isEmpty());
            return pages;
        }
    }

    /** The files of this project that the page leads to. */
    private static List<Path> linksOf(Path page) throws IOException {
        Path folder = page.toAbsolutePath().getParent();
        Path here = Path.of("").toAbsolutePath();
        List<Path> targets = new ArrayList<>();
        Matcher link = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""));
        while (link.find()) {
            String target = link.group(1);
            if (ELSEWHERE.matcher(target).matches() || target.startsWith("#")) continue;
            String path = target.replaceFirst("#.*", "");
            targets.add(here.relativize(folder.resolve(path).normalize()));
        }
        return targets;
    }
}
