package io.longhaul.api;

import akka.util.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Cuts a stream of bytes into lines, and holds no more of any line than it may be long. */
final class Lines {
    /**
     * A line that is not blank.
     *
     * @param number from 0, blank lines counted
     */
    record Line(long number, ByteString content, boolean tooLong) {}

    private final int longest;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private long number;
    private boolean tooLong;

    Lines(int longest) {
        this.longest = longest;
    }

    /** The lines that end in this chunk. */
    List<Line> of(ByteString chunk) {
        List<Line> lines = new ArrayList<>();
        byte[] bytes = chunk.toArray();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') continue;
            hold(bytes, start, i - start);
            end(lines);
            start = i + 1;
        }
        hold(bytes, start, bytes.length - start);
        return lines;
    }

    /** What comes after the last line break. */
    List<Line> last() {
        List<Line> lines = new ArrayList<>();
        end(lines);
        return lines;
    }

    private void hold(byte[] bytes, int from, int length) {
        if (tooLong || held.size() + length > longest) {
            tooLong = true;
            held.reset();
        } else {
            held.write(bytes, from, length);
        }
    }

    private void end(List<Line> lines) {
        byte[] content = held.toByteArray();
        if (tooLong || !isBlank(content)) lines.add(new Line(number, ByteString.fromArrayUnsafe(content), tooLong));
        held.reset();
        tooLong = false;
        number++;
    }

    private static boolean isBlank(byte[] content) {
        for (byte one : content) {
            if (one != ' ' && one != '\t' && one != '\r') return false;
        }
        return true;
    }
}
