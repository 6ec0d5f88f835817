package io.longhaul;

import io.longhaul.bench.BenchCommand;
import io.longhaul.bench.LoadException;
import io.longhaul.ops.DatabaseProcess;
import io.longhaul.ops.NodeProcess;
import io.longhaul.ops.Rebuild;
import io.longhaul.ops.SecretKeyring;
import io.longhaul.ops.Settings;
import io.longhaul.ops.StartupException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line. */
@Command(
        name = "longhaul",
        description = "Background transfers in the manner of BITS, on a cluster.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            Main.RunNode.class,
            Main.RunDatabase.class,
            Main.RebuildIndex.class,
            Main.RotateSecrets.class,
            BenchCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_COMMAND_LINE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main())
                .setParameterExceptionHandler((wrong, given) -> refuse(wrong))
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure))
                .execute(arguments));
    }

    /** A sentence, and not the page of options after it. */
    private static int refuse(ParameterException wrong) {
        System.err.println(wrong.getMessage());
        System.err.println(wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help tells what there is.");
        return WRONG_COMMAND_LINE;
    }

    private static int explain(Exception failure) {
        if (failure instanceof StartupException || failure instanceof LoadException) {
            System.err.println(failure.getMessage());
        } else {
            failure.printStackTrace();
        }
        return FAILED;
    }

    @Command(name = "node", description = "Runs a node, until it is told to end.", mixinStandardHelpOptions = true)
    static final class RunNode implements Callable<Integer> {
        @Option(names = "--end-with-parent", description = "End when the process that started this one has ended.")
        private boolean endWithParent;

        @Override
        public Integer call() {
            if (endWithParent) watchParent();
            return NodeProcess.run(Settings.load(), node -> System.out.println("Longhaul is ready: " + node.api()));
        }

        /** Before anything else: a parent that ends while the node starts would no longer be there to be watched. */
        private static void watchParent() {
            var unused = ProcessHandle.current()
                    .parent()
                    .map(ProcessHandle::onExit)
                    .map(ended -> ended.thenRunAsync(() -> System.exit(0), RunNode::onThreadOfItsOwn));
        }

        /** System.exit waits for the end of the node, which a thread of a pool would keep others from doing their part in. */
        private static void onThreadOfItsOwn(Runnable task) {
            Thread.ofPlatform().name("parent-ended").start(task);
        }
    }

    @Command(
            name = "database",
            description = "Runs the embedded PostgreSQL alone, for several nodes on this machine.",
            mixinStandardHelpOptions = true)
    static final class RunDatabase implements Callable<Integer> {
        @Override
        public Integer call() {
            DatabaseProcess.run(Settings.load(), url -> System.out.println("The database is ready: " + url));
            return 0;
        }
    }

    @Command(
            name = "rebuild-index",
            description = "Makes the index anew from the journal, while no node runs.",
            mixinStandardHelpOptions = true)
    static final class RebuildIndex implements Callable<Integer> {
        private static final long TOLD_EVERY = 100_000;

        private long told;

        @Override
        public Integer call() {
            long lines = Rebuild.run(Settings.load(), this::tell);
            System.out.println("The index is made anew, up to line " + lines + " of the journal.");
            return 0;
        }

        private void tell(long lines) {
            if (lines - told < TOLD_EVERY) return;
            told = lines;
            System.out.println(lines + " lines of the journal are in the index.");
        }
    }

    @Command(
            name = "rotate-secrets",
            description = "Encrypts the secrets of jobs anew with the first key of longhaul.secrets.",
            mixinStandardHelpOptions = true)
    static final class RotateSecrets implements Callable<Integer> {
        @Override
        public Integer call() {
            SecretKeyring.Rotated rotated = SecretKeyring.rotate(Settings.load());
            System.out.println("Encrypted anew with the first key: " + rotated.anew() + ".");
            if (rotated.left() == 0) return 0;
            System.out.println("Left under a key that longhaul.secrets does not name: " + rotated.left() + ".");
            return FAILED;
        }
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"longhaul " + io.longhaul.ops.Version.OF_THIS};
        }
    }
}
