package io.longhaul.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ConnectHandler;
import org.eclipse.jetty.util.Callback;
import org.ietf.jgss.GSSException;

/** Jetty's proxy on 127.0.0.1, for http and, by CONNECT, for https; it may ask who is there. */
public final class TestProxy extends JettyServer {
    private static final int WHO_IS_THERE = 407;
    private static final String NONCE = "4711";
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|([^,\\s]+))");

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private interface Doorkeeper {
        /** What was said may be null. */
        boolean letsIn(Request request, String said);
    }

    private TestProxy(String challenge, Doorkeeper doorkeeper) {
        ConnectHandler proxy = new ConnectHandler(new ProxyHandler.Forward());
        start(new Handler.Wrapper(proxy) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                seen.add(request.getMethod() + " " + request.getHttpURI().getAuthority());
                String said = request.getHeaders().get(HttpHeader.PROXY_AUTHORIZATION);
                if (doorkeeper.letsIn(request, said)) return super.handle(request, response, callback);
                response.getHeaders().put(HttpHeader.PROXY_AUTHENTICATE, challenge);
                Response.writeError(request, response, callback, WHO_IS_THERE);
                return true;
            }
        });
    }

    public static TestProxy open() {
        return new TestProxy("", (request, said) -> true);
    }

    public static TestProxy byBasic(String user, String password) {
        byte[] login = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        String right = "Basic " + Base64.getEncoder().encodeToString(login);
        return new TestProxy("Basic realm=\"proxy\"", (request, said) -> right.equals(said));
    }

    /** MD5 with qop=auth (RFC 7616), over what the request is for. */
    public static TestProxy byDigest(String user, String password) {
        return new TestProxy(
                "Digest realm=\"proxy\", nonce=\"" + NONCE + "\", qop=\"auth\", algorithm=MD5",
                (request, said) -> isRight(request, said, user, password));
    }

    /** A ticket of that KDC's. */
    public static TestProxy byNegotiate(TestKdc kdc) {
        return new TestProxy("Negotiate", (request, said) -> isGuest(kdc, said));
    }

    private static boolean isRight(Request request, String said, String user, String password) {
        if (said == null || !said.startsWith("Digest ")) return false;
        Map<String, String> parameters = new HashMap<>();
        Matcher found = PARAMETER.matcher(said);
        while (found.find()) parameters.put(found.group(1), found.group(2) == null ? found.group(3) : found.group(2));
        String method = request.getMethod();
        String target = method.equals("CONNECT")
                ? request.getHttpURI().getAuthority()
                : request.getHttpURI().asString();
        String right = md5(String.join(
                ":",
                md5(user + ":proxy:" + password),
                NONCE,
                parameters.get("nc"),
                parameters.get("cnonce"),
                "auth",
                md5(method + ":" + target)));
        return right.equals(parameters.get("response"));
    }

    private static String md5(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean isGuest(TestKdc kdc, String said) {
        try {
            return said != null && !kdc.admit(said).user().isEmpty();
        } catch (GSSException refused) {
            return false;
        }
    }

    /** The method and the host of each request, in order. */
    public List<String> seen() {
        return List.copyOf(seen);
    }
}
