package io.longhaul.ops;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What exceptions say, cut to a part of one sentence. */
final class Sentences {
    private Sentences() {}

    /** The first line that the exception says anything in, without its full stop. */
    static String firstLine(Throwable exception) {
        if (exception instanceof FileSystemException ofFile && ofFile.getFile() != null && ofFile.getReason() == null)
            return reason(ofFile);
        String said = exception.getMessage() == null ? exception.toString() : exception.getMessage();
        String line = said.lines()
                .map(String::strip)
                .filter(candidate -> !candidate.isEmpty())
                .findFirst()
                .orElse(exception.toString());
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    /** What the first cause of all says: those around it only say where it came through. */
    static String ofInnermost(Throwable exception) {
        return firstLine(innermost(exception));
    }

    static Throwable innermost(Throwable exception) {
        Throwable innermost = exception;
        while (innermost.getCause() != null) innermost = innermost.getCause();
        return innermost;
    }

    /** Of some of them the class is all that they say, besides the file. */
    private static String reason(FileSystemException exception) {
        String reason = switch (exception) {
            case AccessDeniedException denied -> "no permission";
            case NoSuchFileException missing -> "it does not exist";
            // Said of a folder that is to be made: one that is there already is taken
            case FileAlreadyExistsException file -> "it is a file, no folder";
            case NotDirectoryException file -> "it is no folder";
            default -> exception.getClass().getSimpleName();
        };
        return exception.getFile() + ": " + reason;
    }
}
