package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What an exception says")
class SentencesTest {
    @Test
    void is_its_first_line_without_the_full_stop() {
        assertEquals("No space", Sentences.firstLine(new IOException("\n  No space.\nat all")));
        assertEquals("java.io.IOException", Sentences.firstLine(new IOException()));
    }

    /** The message of these is the file's name, and nothing else. */
    @Test
    void is_a_reason_also_where_only_its_class_tells_it() {
        assertEquals(
                "/srv/files/.staging: no permission",
                Sentences.firstLine(new AccessDeniedException("/srv/files/.staging")));
        assertEquals("/etc/key: it does not exist", Sentences.firstLine(new NoSuchFileException("/etc/key")));
        assertEquals(
                "/srv/files: Read-only file system",
                Sentences.firstLine(new FileSystemException("/srv/files", null, "Read-only file system")));
    }
}
