package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A data folder")
class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void belongs_to_one_node_at_a_time() {
        Path data = folder.resolve("not/there/yet");
        try (var first = DataFolder.lock(data)) {
            var refusal = assertThrows(StartupException.class, () -> DataFolder.lock(data));
            assertEquals("Another node is running on the data folder " + data + ".", refusal.getMessage());
        }
        DataFolder.lock(data).close();
    }

    @Test
    void is_refused_where_it_cannot_be_one() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        var refusal = assertThrows(StartupException.class, () -> DataFolder.lock(file));
        assertEquals(
                "The data folder " + file + " cannot be used: " + file + ": it is a file, no folder.",
                refusal.getMessage());
    }
}
