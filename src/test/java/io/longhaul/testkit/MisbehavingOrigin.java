package io.longhaul.testkit;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;

/**
 * An HTTP server on 127.0.0.1 that does what the test says, right or wrong: a script of {@link Behaviours} for each path.
 *
 * <pre>{@code
 * Script script = origin.on("/a", Behaviours.closesEarly(content, 1000), Behaviours.file(content));
 * // … start a job for origin.url("/a") …
 * script.awaitRequests(2);
 * }</pre>
 */
public final class MisbehavingOrigin extends LoopbackServer {
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();

    public MisbehavingOrigin() {
        this("http", ServerSocketFactory.getDefault());
    }

    /** One that shows a certificate of that authority. */
    public MisbehavingOrigin(TestAuthority authority) {
        this("https", authority.serverSockets());
    }

    /** One over TLS whose sockets are the caller's. */
    public MisbehavingOrigin(ServerSocketFactory tlsSockets) {
        this("https", tlsSockets);
    }

    private MisbehavingOrigin(String scheme, ServerSocketFactory sockets) {
        super(scheme, sockets);
    }

    /** Answers requests for the path so, one behaviour after the other, the last one for ever. */
    public Script on(String path, Behaviour... behaviours) {
        Script script = new Script(behaviours);
        scripts.put(path, script);
        return script;
    }

    @Override
    Script scriptOf(Seen request) {
        return scripts.getOrDefault(request.path(), new Script(Behaviours.status(404)));
    }

    @Override
    public void close() {
        scripts.values().forEach(Script::release);
        super.close();
    }
}
