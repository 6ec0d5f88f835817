package io.longhaul.testkit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;

/**
 * A well-behaved HTTP server on 127.0.0.1: files with ranges, ETag, Last-Modified and If-Range; 404 for the rest. It
 * remembers what it was asked for.
 */
public final class Origin extends LoopbackServer {
    private final Map<String, Script> files = new ConcurrentHashMap<>();

    private Origin(String scheme, ServerSocketFactory sockets) {
        super(scheme, sockets);
    }

    public static Origin http() {
        return new Origin("http", ServerSocketFactory.getDefault());
    }

    /** One that shows a certificate of that authority. */
    public static Origin https(TestAuthority authority) {
        return new Origin("https", authority.serverSockets());
    }

    /** Serves the content at that path from now on; what was there before is another version. */
    public Script put(String path, Content content) {
        Script script = new Script(Behaviours.file(content));
        files.put(path, script);
        return script;
    }

    /** What was asked of a path; nothing was if it is no file. */
    public List<Seen> requests(String path) {
        Script script = files.get(path);
        return script == null ? List.of() : script.requests();
    }

    @Override
    Script scriptOf(Seen request) {
        return files.getOrDefault(request.path(), new Script(Behaviours.status(404)));
    }
}
