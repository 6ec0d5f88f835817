package io.longhaul;

import io.longhaul.ops.Node;
import io.longhaul.ops.Settings;
import io.longhaul.ops.StartupException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line. */
@Command(
        name = "longhaul",
        description = "Background transfers in the manner of BITS, on a cluster.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = Main.RunNode.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private static final int FAILED = 1;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure))
                .execute(arguments));
    }

    private static int explain(Exception failure) {
        if (failure instanceof StartupException) {
            System.err.println(failure.getMessage());
        } else {
            failure.printStackTrace();
        }
        return FAILED;
    }

    @Command(name = "node", description = "Runs a node, until it is told to end.", mixinStandardHelpOptions = true)
    static final class RunNode implements Callable<Integer> {
        @Override
        public Integer call() {
            Node node = Node.start(Settings.load());
            System.out.println("Longhaul is up: " + node.system().address());
            // The JVM would report the signal as its exit code; a node that was told to end and did so says 0.
            var told = new Thread(
                    () -> {
                        node.close();
                        Runtime.getRuntime().halt(node.awaitEnd());
                    },
                    "told-to-end");
            Runtime.getRuntime().addShutdownHook(told);
            return node.awaitEnd();
        }
    }

    /** As the jar's manifest has it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "longhaul "
                        + Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                                .orElse("(unpackaged)")
            };
        }
    }
}
