package io.longhaul.testkit;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What servers do, right and wrong. */
public final class Behaviours {
    public static final String LAST_MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT";

    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");

    private Behaviours() {}

    /** The ETag under which {@link #file} serves the content. */
    public static String etag(Content content) {
        return "\"" + content.seed() + "-" + content.size() + "\"";
    }

    /** A file as it should be: ranges, If-Range, ETag, Last-Modified. */
    public static Behaviour file(Content content) {
        return (request, reply) -> {
            Matcher range = RANGE.matcher(request.header("range"));
            String ifRange = request.header("if-range");
            boolean same = ifRange.isEmpty() || ifRange.equals(etag(content)) || ifRange.equals(LAST_MODIFIED);
            if (!range.matches() || !same) {
                reply.head(200, version(content, "Content-Length: " + content.size()));
                reply.body(content, 0, content.size());
                return;
            }
            long first = Long.parseLong(range.group(1));
            if (first >= content.size()) {
                reply.head(416, "Content-Range: bytes */" + content.size(), "Content-Length: 0");
                return;
            }
            long last = range.group(2).isEmpty()
                    ? content.size() - 1
                    : Math.min(Long.parseLong(range.group(2)), content.size() - 1);
            reply.head(
                    206, version(content, contentRange(first, last, content), "Content-Length: " + (last - first + 1)));
            reply.body(content, first, last + 1);
        };
    }

    /** The whole file whatever part is asked for, as if there were no ranges. */
    public static Behaviour ignoresRange(Content content) {
        return (request, reply) -> {
            reply.head(200, "ETag: " + etag(content), "Content-Length: " + content.size());
            reply.body(content, 0, content.size());
        };
    }

    /** No length: the end of the connection is the end of the file. */
    public static Behaviour withoutLength(Content content) {
        return (request, reply) -> {
            reply.head(200, "Connection: close")
                    .body(content, 0, content.size())
                    .close();
        };
    }

    /** No length: chunks. */
    public static Behaviour chunked(Content content, int chunk) {
        return (request, reply) -> {
            reply.head(200, "Transfer-Encoding: chunked");
            for (long at = 0; at < content.size(); at += chunk)
                reply.chunk(content.part(at, (int) Math.min(chunk, content.size() - at)));
            reply.lastChunk();
        };
    }

    /** Chunks, and the connection is closed before the last one. */
    public static Behaviour chunkedWithoutEnd(Content content) {
        return (request, reply) -> {
            reply.head(200, "Transfer-Encoding: chunked").chunk(content.bytes()).close();
        };
    }

    /** As {@link #file}, but closed after so many bytes of the body. */
    public static Behaviour closesEarly(Content content, long after) {
        return (request, reply) -> {
            long first = begin(request, reply, content);
            reply.body(content, first, first + after).close();
        };
    }

    /** As {@link #file}, but reset after so many bytes of the body. */
    public static Behaviour resetsAfter(Content content, long after) {
        return (request, reply) -> {
            long first = begin(request, reply, content);
            reply.body(content, first, first + after);
            reply.pause(50); // the bytes must not be lost with the connection
            reply.reset();
        };
    }

    /** As {@link #file}, but silent after so many bytes of the body until released; then it goes on. */
    public static Behaviour hangsAfter(Content content, long after) {
        return (request, reply) -> {
            long first = begin(request, reply, content);
            reply.body(content, first, first + after).hang().body(content, first + after, content.size());
        };
    }

    /** The same, but silent until that gate is open. */
    public static Behaviour hangsAfter(Content content, long after, CountDownLatch gate) {
        return (request, reply) -> {
            long first = begin(request, reply, content);
            reply.body(content, first, first + after).hang(gate).body(content, first + after, content.size());
        };
    }

    /** As {@link #file}, but so many bytes at a time with a pause after each. */
    public static Behaviour trickles(Content content, int bytes, long pauseMillis) {
        return (request, reply) -> {
            for (long at = begin(request, reply, content); at < content.size(); at += bytes) {
                reply.body(content, at, Math.min(at + bytes, content.size()));
                if (at + bytes < content.size()) reply.pause(pauseMillis);
            }
        };
    }

    /** A length that is not the body's; the connection stays open where more was promised. */
    public static Behaviour promises(Content content, long length) {
        return (request, reply) -> {
            String head = "HTTP/1.1 200 OK\r\nETag: " + etag(content) + "\r\nContent-Length: " + length + "\r\n\r\n";
            byte[] body = content.bytes();
            byte[] all = new byte[head.length() + body.length];
            System.arraycopy(head.getBytes(StandardCharsets.ISO_8859_1), 0, all, 0, head.length());
            System.arraycopy(body, 0, all, head.length(), body.length);
            reply.body(all); // in one piece, so that the surplus is there together with the rest
        };
    }

    /** Not HTTP. */
    public static Behaviour garbage() {
        return (request, reply) -> {
            reply.raw("SSH-2.0-OpenSSH_9.2p1\r\nwhat is this\r\n\r\n").close();
        };
    }

    public static Behaviour hangsBeforeAnswer() {
        return (request, reply) -> {
            reply.hang().close();
        };
    }

    /** A head that never ends, a line every so often. */
    public static Behaviour tricklesHead(long pauseMillis) {
        return (request, reply) -> {
            reply.raw("HTTP/1.1 200 OK\r\n");
            for (int i = 0; i < 100 && !reply.pause(pauseMillis); i++) reply.raw("X-" + i + ": x\r\n");
            reply.close();
        };
    }

    /** Closes without an answer. */
    public static Behaviour closesWithoutAnswer() {
        return (request, reply) -> reply.close();
    }

    public static Behaviour status(int status, String... headers) {
        return (request, reply) -> {
            String[] all = new String[headers.length + 1];
            System.arraycopy(headers, 0, all, 0, headers.length);
            all[headers.length] = "Content-Length: 0";
            reply.head(status, all);
        };
    }

    /** The status, but not before so long. */
    public static Behaviour slowStatus(int status, long millis) {
        return (request, reply) -> {
            reply.pause(millis);
            reply.head(status, "Content-Length: 0");
        };
    }

    public static Behaviour redirect(int status, String location) {
        return status(status, "Location: " + location);
    }

    /** 206, but from another offset than was asked for. */
    public static Behaviour wrongRange(Content content, long first) {
        return (request, reply) -> {
            long last = content.size() - 1;
            reply.head(
                    206, version(content, contentRange(first, last, content), "Content-Length: " + (last - first + 1)));
            reply.body(content, first, last + 1);
        };
    }

    /** 206 with fewer bytes than were asked for. */
    public static Behaviour shortRange(Content content, int most) {
        return (request, reply) -> {
            Matcher range = RANGE.matcher(request.header("range"));
            if (!range.matches()) {
                reply.head(200, version(content, "Content-Length: " + content.size()));
                reply.body(content, 0, content.size());
                return;
            }
            long first = Long.parseLong(range.group(1));
            long last = Math.min(first + most, content.size()) - 1;
            reply.head(
                    206, version(content, contentRange(first, last, content), "Content-Length: " + (last - first + 1)));
            reply.body(content, first, last + 1);
        };
    }

    /** As {@link #file}, but a part has no ETag, always or where If-Range is asked; no If-Range is heeded. */
    public static Behaviour unnamedRanges(Content content, boolean always) {
        return (request, reply) -> {
            boolean named = request.header("range").isEmpty()
                    || (!always && request.header("if-range").isEmpty());
            if (named) {
                reply.body(content, begin(request, reply, content), end(request, content));
                return;
            }
            long first = first(request);
            long end = end(request, content);
            reply.head(206, contentRange(first, end - 1, content), "Content-Length: " + (end - first));
            reply.body(content, first, end);
        };
    }

    private static long first(Seen request) {
        Matcher range = RANGE.matcher(request.header("range"));
        return range.matches() ? Long.parseLong(range.group(1)) : 0;
    }

    private static long end(Seen request, Content content) {
        Matcher range = RANGE.matcher(request.header("range"));
        return range.matches() && !range.group(2).isEmpty() ? Long.parseLong(range.group(2)) + 1 : content.size();
    }

    /** A multipart answer to a request for one range. */
    public static Behaviour multipart(Content content) {
        return (request, reply) -> {
            String body = "--b\r\nContent-Range: bytes 0-0/" + content.size() + "\r\n\r\nx\r\n--b--\r\n";
            reply.head(
                    206,
                    "ETag: " + etag(content),
                    "Content-Type: multipart/byteranges; boundary=b",
                    "Content-Length: " + body.length());
            reply.raw(body);
        };
    }

    /** A body without length and without end. */
    public static Behaviour endless() {
        return (request, reply) -> {
            reply.head(200, "Connection: close");
            byte[] block = new byte[64 * 1024];
            while (true) reply.body(block);
        };
    }

    private static long begin(Seen request, Reply reply, Content content) throws java.io.IOException {
        Matcher range = RANGE.matcher(request.header("range"));
        if (!range.matches()) {
            reply.head(200, version(content, "Content-Length: " + content.size()));
            return 0;
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? content.size() - 1 : Long.parseLong(range.group(2));
        reply.head(206, version(content, contentRange(first, last, content), "Content-Length: " + (last - first + 1)));
        return first;
    }

    private static String contentRange(long first, long last, Content content) {
        return "Content-Range: bytes " + first + "-" + last + "/" + content.size();
    }

    private static String[] version(Content content, String... more) {
        String[] headers = new String[more.length + 3];
        headers[0] = "ETag: " + etag(content);
        headers[1] = "Last-Modified: " + LAST_MODIFIED;
        headers[2] = "Accept-Ranges: bytes";
        System.arraycopy(more, 0, headers, 3, more.length);
        return headers;
    }
}
