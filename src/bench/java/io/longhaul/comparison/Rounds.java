package io.longhaul.comparison;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What all comparisons can be told. */
final class Rounds {
    @Option(names = "--rounds", defaultValue = "3", description = "How often everybody does the work; 3 unless told.")
    private int number;

    int number() {
        return number;
    }

    /** Where the work is done, and where the tables are left. */
    Path folder() {
        return Path.of(System.getProperty("longhaul.bench.folder", "target/bench"))
                .toAbsolutePath();
    }
}
