package io.longhaul.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A contender in a JVM of its own, as cold and as warm as a node. */
final class Child {
    private Child() {}

    static Figures run(Class<?> main, Path folder, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                folder.toString()));
        for (Object argument : arguments) command.add(argument.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors").toFile())
                .start();
        Figures figures = Figures.none();
        process.inputReader().lines().forEach(figures::read);
        if (process.waitFor() != 0)
            throw new IOException(main.getSimpleName() + ": " + Files.readString(folder.resolve("errors")));
        return figures;
    }

    /** To be called first by what is run: it ends with the process that started it. */
    static void endWithParent() {
        ProcessHandle.current().parent().map(ProcessHandle::onExit).ifPresent(ended -> {
            var unused = ended.thenRun(() -> System.exit(1));
        });
    }
}
