package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.ops.Query.Condition;
import io.longhaul.ops.Query.Selected;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A query of a panel or an alert")
class QueryTest {
    @Test
    void asks_for_metrics_with_labels_and_keeps_some_labels_apart() {
        assertEquals(
                new Query(
                        List.of(
                                new Selected("a_total", List.of(new Condition("status", "=~", "5.."))),
                                new Selected("b_bucket", List.of())),
                        Set.of("le", "instance")),
                Query.of("histogram_quantile(0.99, sum by (le, instance) (rate(a_total{status=~\"5..\"}[5m])))"
                        + " > 0.05 * sum(rate(b_bucket[$__rate_interval]))"));
    }

    @Test
    void joins_what_has_no_label_in_common() {
        assertEquals(
                new Query(List.of(new Selected("a", List.of()), new Selected("b", List.of())), Set.of()),
                Query.of("(max(a >= 0) > 600) and on() (sum(rate(b[10m])) == 0)"));
    }
}
