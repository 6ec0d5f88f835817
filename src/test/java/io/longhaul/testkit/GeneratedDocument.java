package io.longhaul.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A page of the documentation with parts that follow from the code, each between {@code <!-- generated: name -->} and
 * {@code <!-- end -->}. A part that is stale fails its test; {@code -Dlonghaul.regenerate=true} writes it anew.
 */
public record GeneratedDocument(Path file) {
    public static GeneratedDocument at(String path) {
        return new GeneratedDocument(Path.of(path));
    }

    public void holds(String part, String expected) {
        try {
            String page = Files.readString(file);
            String begin = "<!-- generated: " + part + " -->\n";
            int from = page.indexOf(begin);
            int to = from < 0 ? -1 : page.indexOf("\n<!-- end -->", from);
            if (to < 0) throw new AssertionError(file + " has no generated part " + part);
            from += begin.length();
            String wanted = "\n" + expected;
            if (Boolean.getBoolean("longhaul.regenerate"))
                Files.writeString(file, page.substring(0, from) + wanted + page.substring(to));
            else
                assertEquals(
                        wanted,
                        page.substring(from, to),
                        () -> "%s is stale: run \"mvn test -Dlonghaul.regenerate=true\"".formatted(file));
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
