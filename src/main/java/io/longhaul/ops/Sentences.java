package io.longhaul.ops;

/** What exceptions say, cut to a part of one sentence. */
final class Sentences {
    private Sentences() {}

    /** The first line that the exception says anything in, without its full stop. */
    static String firstLine(Throwable exception) {
        String said = exception.getMessage() == null ? exception.toString() : exception.getMessage();
        String line = said.lines()
                .map(String::strip)
                .filter(candidate -> !candidate.isEmpty())
                .findFirst()
                .orElse(exception.toString());
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
