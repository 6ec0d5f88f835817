package io.longhaul.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A command of the operator's")
class CommandsTest {
    @TempDir
    private Path folder;

    private Commands.Result run(String script, Duration timeout, byte[] input) throws Exception {
        Path program = folder.resolve("command");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new Commands(Map.of("tell", List.of(program.toString(), folder.toString())), timeout)
                .run("tell", Map.of("LONGHAUL_EVENT", "JOB_ERROR; touch $0"), input)
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private Commands.Result run(String script) throws Exception {
        return run(script, Duration.ofSeconds(10), "{}".getBytes(StandardCharsets.UTF_8));
    }

    private String written(String name) throws IOException {
        return Files.readString(folder.resolve(name)).strip();
    }

    @Test
    void reads_what_is_told_and_has_nothing_of_ours_but_PATH() throws Exception {
        assertEquals(
                new Commands.Result(true, "Command tell ended with exit code 0."), run("cat > $1/in; env > $1/env"));
        assertEquals("{}", written("in"));
        assertEquals(
                List.of("LONGHAUL_EVENT=JOB_ERROR; touch $0"),
                written("env")
                        .lines()
                        .filter(line -> !line.matches("(PATH|PWD|SHLVL|_|OLDPWD)=.*"))
                        .toList());
    }

    @Test
    void has_failed_unless_its_exit_code_is_0() throws Exception {
        assertEquals(new Commands.Result(false, "Command tell ended with exit code 3."), run("exit 3"));
    }

    @Test
    void is_ended_with_all_that_it_started_when_its_time_is_over() throws Exception {
        Commands.Result result = run("sleep 600 & echo $! > $1/child; wait", Duration.ofMillis(500), new byte[0]);
        assertFalse(result.succeeded());
        long child = Long.parseLong(written("child"));
        assertFalse(ProcessHandle.of(child).map(this::isStillThere).orElse(false), "still runs");
    }

    /** Whether it is still there. */
    private boolean isStillThere(ProcessHandle process) {
        try {
            process.onExit().get(10, TimeUnit.SECONDS);
            return process.isAlive();
        } catch (Exception stays) {
            return true;
        }
    }

    @Test
    void need_not_read() throws Exception {
        assertEquals(
                true, run("exit 0", Duration.ofSeconds(10), new byte[1_000_000]).succeeded());
    }

    @Test
    void that_is_not_there_has_failed() throws Exception {
        Commands commands =
                new Commands(Map.of("gone", List.of(folder.resolve("gone").toString())), Duration.ofSeconds(10));
        for (String name : List.of("gone", "unknown"))
            assertFalse(commands.run(name, Map.of(), new byte[0])
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS)
                    .succeeded());
    }
}
