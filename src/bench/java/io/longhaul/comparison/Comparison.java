package io.longhaul.comparison;

import io.longhaul.comparison.Figures.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets contenders do the same work in turns, so that what else the machine does meets all of them, and writes a table.
 * The first of them is Longhaul.
 */
final class Comparison {
    private final String title;
    private final String settings;
    private final Path folder;
    private final List<Contender> contenders;
    private final Map<Contender, List<Figures>> results = new LinkedHashMap<>();

    Comparison(String title, String settings, Path folder, List<Contender> contenders) {
        this.title = title;
        this.settings = settings;
        this.folder = folder;
        this.contenders = contenders;
    }

    /** Runs all so many times and writes {@code <title>.md}. */
    void run(int rounds) throws Exception {
        Machine before = Machine.now();
        for (int round = 0; round < rounds; round++) {
            List<Contender> turn = new ArrayList<>(contenders);
            Collections.rotate(turn, -round); // nobody is always first, or always after the same other
            for (Contender contender : turn) {
                Path here = Folders.empty(folder.resolve("work"));
                Figures figures = contender.run(here);
                Folders.delete(here);
                System.err.println(title + " " + (round + 1) + "/" + rounds + ": " + contender.name() + ": " + figures);
                results.computeIfAbsent(contender, none -> new ArrayList<>()).add(figures);
            }
        }
        String page = page(rounds, before);
        System.out.println(page);
        Files.writeString(Files.createDirectories(folder).resolve(title + ".md"), page);
    }

    private String page(int rounds, Machine before) throws IOException {
        var page = new StringBuilder("### " + title + "\n\n" + settings + " Rounds: " + rounds + ", in turns.\n\n");
        page.append(before.describedUntil(Machine.now())).append('\n');
        page.append("| figure | who | min | median | max | Longhaul ÷ this |\n");
        page.append("| --- | --- | ---: | ---: | ---: | ---: |\n");
        for (Figure figure : figures()) {
            double own = spread(contenders.getFirst(), figure).median();
            for (Contender contender : contenders) {
                Spread spread = spread(contender, figure);
                if (spread.isEmpty()) continue;
                page.append("| %s | %s | %s | %s | %s | %s |%n"
                        .formatted(
                                figure.name() + (figure.moreIsBetter() ? "" : " (less is better)"),
                                contender.name(),
                                Figures.number(spread.min()),
                                Figures.number(spread.median()),
                                Figures.number(spread.max()),
                                contender.equals(contenders.getFirst()) || Double.isNaN(own)
                                        ? ""
                                        : Figures.number(own / spread.median())));
            }
        }
        return page.toString();
    }

    private Set<Figure> figures() {
        Set<Figure> all = new LinkedHashSet<>();
        results.values()
                .forEach(runs -> runs.forEach(run -> all.addAll(run.values().keySet())));
        return all;
    }

    private Spread spread(Contender contender, Figure figure) {
        return new Spread(results.getOrDefault(contender, List.of()).stream()
                .map(run -> run.values().get(figure))
                .filter(java.util.Objects::nonNull)
                .sorted()
                .toList());
    }

    private record Spread(List<Double> sorted) {
        boolean isEmpty() {
            return sorted.isEmpty();
        }

        double min() {
            return sorted.getFirst();
        }

        double max() {
            return sorted.getLast();
        }

        double median() {
            if (sorted.isEmpty()) return Double.NaN;
            int middle = sorted.size() / 2;
            return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        }
    }
}
