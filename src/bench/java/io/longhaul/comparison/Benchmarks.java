package io.longhaul.comparison;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Longhaul beside what else one could take, on this machine, by one command each. */
@Command(
        name = "benchmarks",
        description = "Compares Longhaul with others on this machine.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            Accept.class,
            Life.class,
            BigFile.class,
            Million.class,
            Slow.class,
            Index.class,
            Passing.class,
            Nodes.class,
            NodeLoss.class
        })
final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmarks()).execute(arguments));
    }
}
