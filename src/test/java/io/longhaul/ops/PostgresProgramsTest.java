package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@DisplayName("PostgreSQL's programs")
class PostgresProgramsTest {
    @TempDir
    Path folder;

    @Test
    void leave_nothing_behind_where_they_cannot_be_unpacked() throws IOException {
        Path good = folder.resolve("good");
        Path programs = PostgresPrograms.unpackedBelow(good);
        assertEquals(List.of(programs), in(good));

        Path bad = Files.createDirectory(folder.resolve("bad"));
        Path inTheWay = Files.createFile(bad.resolve(programs.getFileName()));
        String said = String.valueOf(assertThrows(StartupException.class, () -> PostgresPrograms.unpackedBelow(bad))
                .getMessage());
        assertEquals(List.of(inTheWay), in(bad));
        assertTrue(said.startsWith("The embedded PostgreSQL cannot be unpacked into " + bad + ": "), said);
        assertFalse(said.contains("Exception"), said);
    }

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
