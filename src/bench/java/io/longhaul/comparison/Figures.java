package io.longhaul.comparison;

import java.util.LinkedHashMap;
import java.util.Map;

/** What one run of one contender gave: numbers by what they tell. */
final class Figures {
    /** How a figure travels from a process to the one that started it. */
    private static final String MARK = "FIGURE\t";

    private final Map<Figure, Double> values = new LinkedHashMap<>();

    /** What a number tells, its unit within. */
    record Figure(String name, boolean moreIsBetter) {}

    static Figures none() {
        return new Figures();
    }

    Figures more(String name, double value) {
        values.put(new Figure(name, true), value);
        return this;
    }

    Figures less(String name, double value) {
        values.put(new Figure(name, false), value);
        return this;
    }

    Map<Figure, Double> values() {
        return values;
    }

    void print() {
        values.forEach((figure, value) ->
                System.out.println(MARK + figure.name() + "\t" + figure.moreIsBetter() + "\t" + value));
    }

    /** Takes up a line that {@link #print} wrote; other lines are no figures. */
    boolean read(String line) {
        if (!line.startsWith(MARK)) return false;
        String[] parts = line.split("\t", -1);
        values.put(new Figure(parts[1], Boolean.parseBoolean(parts[2])), Double.valueOf(parts[3]));
        return true;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        values.forEach((figure, value) -> text.append(text.isEmpty() ? "" : ", ")
                .append(figure.name())
                .append(' ')
                .append(number(value)));
        return text.toString();
    }

    /** Three digits that matter, and all before the point. */
    static String number(double value) {
        if (Math.abs(value) >= 100) return String.format("%,.0f", value);
        return String.format(Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
    }
}
