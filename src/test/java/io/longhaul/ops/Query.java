package io.longhaul.ops;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a query in PromQL asks for, for as much of PromQL as our alerts and panels use.
 *
 * @param selected the metrics, each with what its labels shall be
 * @param grouped the labels that sums and the like are kept apart by, or joined on
 */
record Query(List<Selected> selected, Set<String> grouped) {
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    /** A name that is no function's, and what stands in braces behind it. */
    private static final Pattern SELECTOR = Pattern.compile("\\b([a-zA-Z_:][\\w:]*)\\b(?!\\s*\\()(?:\\{([^}]*)})?");

    private static final Pattern CONDITION = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");

    record Selected(String metric, List<Condition> conditions) {}

    /** {@code label operator "value"}. */
    record Condition(String label, String operator, String value) {}

    static Query of(String text) {
        String rest = RANGE.matcher(text).replaceAll("");
        Set<String> grouped = new HashSet<>();
        Matcher grouping = GROUPING.matcher(rest);
        while (grouping.find())
            for (String label : grouping.group(1).split(",", -1)) if (!label.isBlank()) grouped.add(label.strip());
        List<Selected> selected = new ArrayList<>();
        Matcher selector = SELECTOR.matcher(GROUPING.matcher(rest).replaceAll(""));
        while (selector.find()) {
            if (OPERATORS.contains(selector.group(1))) continue;
            List<Condition> conditions = new ArrayList<>();
            Matcher condition = CONDITION.matcher(selector.group(2) == null ? "" : selector.group(2));
            while (condition.find())
                conditions.add(new Condition(condition.group(1), condition.group(2), condition.group(3)));
            selected.add(new Selected(selector.group(1), conditions));
        }
        return new Query(selected, grouped);
    }
}
