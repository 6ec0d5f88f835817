package io.longhaul.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ConnectHandler;
import org.eclipse.jetty.util.Callback;

/** Jetty's proxy on 127.0.0.1, for http and, by CONNECT, for https; it may ask who is there. */
public final class TestProxy extends JettyServer {
    private static final int WHO_IS_THERE = 407;

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private TestProxy(String login) {
        ConnectHandler proxy = new ConnectHandler(new ProxyHandler.Forward());
        start(new Handler.Wrapper(proxy) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                seen.add(request.getMethod() + " " + request.getHttpURI().getAuthority());
                String said = request.getHeaders().get(HttpHeader.PROXY_AUTHORIZATION);
                if (login == null || login.equals(said)) return super.handle(request, response, callback);
                response.getHeaders().put(HttpHeader.PROXY_AUTHENTICATE, "Basic realm=\"proxy\"");
                Response.writeError(request, response, callback, WHO_IS_THERE);
                return true;
            }
        });
    }

    public static TestProxy open() {
        return new TestProxy(null);
    }

    public static TestProxy byBasic(String user, String password) {
        String login = user + ":" + password;
        return new TestProxy("Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }

    /** The method and the host of each request, in order. */
    public List<String> seen() {
        return List.copyOf(seen);
    }
}
