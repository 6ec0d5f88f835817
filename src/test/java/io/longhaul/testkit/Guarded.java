package io.longhaul.testkit;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.security.Authenticator;
import org.eclipse.jetty.security.Constraint;
import org.eclipse.jetty.security.HashLoginService;
import org.eclipse.jetty.security.SecurityHandler;
import org.eclipse.jetty.security.UserStore;
import org.eclipse.jetty.security.authentication.BasicAuthenticator;
import org.eclipse.jetty.security.authentication.DigestAuthenticator;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.security.Credential;

/** Jetty on 127.0.0.1 with a file for one user, whom it asks for his password. */
public final class Guarded extends JettyServer {
    private final List<String> logins = new CopyOnWriteArrayList<>();

    private Guarded(Authenticator authenticator, String user, String password, byte[] content) {
        UserStore users = new UserStore();
        users.addUser(user, Credential.getCredential(password), new String[] {"reader"});
        HashLoginService login = new HashLoginService("files");
        login.setUserStore(users);
        SecurityHandler.PathMapped guard = new SecurityHandler.PathMapped();
        guard.put("/*", Constraint.from("reader"));
        guard.setLoginService(login);
        guard.setAuthenticator(authenticator);
        guard.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
                response.write(true, ByteBuffer.wrap(content), callback);
                return true;
            }
        });
        start(new Handler.Wrapper(guard) {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                logins.add(String.valueOf(request.getHeaders().get(HttpHeader.AUTHORIZATION)));
                return super.handle(request, response, callback);
            }
        });
    }

    public static Guarded byBasic(String user, String password, byte[] content) {
        return new Guarded(new BasicAuthenticator(), user, password, content);
    }

    public static Guarded byDigest(String user, String password, byte[] content) {
        return new Guarded(new DigestAuthenticator(), user, password, content);
    }

    public String url(String path) {
        return "http://" + address() + path;
    }

    /** What each request said in Authorization, in order; {@code null} where it said nothing. */
    public List<String> logins() {
        return List.copyOf(logins);
    }
}
