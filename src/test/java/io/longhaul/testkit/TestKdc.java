package io.longhaul.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;

/**
 * Apache Kerby's KDC on 127.0.0.1, with one user and the servers on 127.0.0.1, and those servers' half of Negotiate. Its
 * krb5.conf names two realms more: the KDC of one is away, the other's says nothing.
 */
public final class TestKdc implements AutoCloseable {
    public static final String REALM = "OFFICE.TEST";
    public static final String AWAY = "AWAY.TEST";
    public static final String SILENT = "SILENT.TEST";

    private static final String SERVER = "HTTP/127.0.0.1@" + REALM;
    private static final String HEADER = "Negotiate ";

    private final SimpleKdcServer kdc;
    private final ServerSocket silent;
    private final Path keyTab;
    private final Path krb5Conf;
    private final Subject server;

    /** Starts it, with its files in that folder. */
    public TestKdc(Path folder, String user, String password) {
        try {
            silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            int port = FreePort.find();
            kdc = new SimpleKdcServer();
            kdc.setKdcRealm(REALM);
            kdc.setKdcHost("127.0.0.1");
            kdc.setWorkDir(folder.toFile());
            kdc.setAllowUdp(false);
            kdc.setKdcTcpPort(port);
            kdc.init();
            kdc.start();
            kdc.createPrincipal(user + "@" + REALM, password);
            kdc.createPrincipals(SERVER);
            keyTab = folder.resolve("servers.keytab");
            kdc.exportPrincipal(SERVER, keyTab.toFile());
            krb5Conf =
                    Files.writeString(folder.resolve("nodes.conf"), conf(port, FreePort.find(), silent.getLocalPort()));
            server = login();
        } catch (IOException | KrbException | LoginException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String conf(int port, int away, int silent) {
        return """
                [libdefaults]
                  default_realm = %s
                  dns_lookup_kdc = false
                  udp_preference_limit = 1
                [realms]
                  %s = {
                    kdc = 127.0.0.1:%d
                  }
                  %s = {
                    kdc = 127.0.0.1:%d
                  }
                  %s = {
                    kdc = 127.0.0.1:%d
                  }
                """.formatted(REALM, REALM, port, AWAY, away, SILENT, silent);
    }

    private Subject login() throws LoginException {
        Map<String, String> options = Map.of(
                "useKeyTab", "true",
                "keyTab", keyTab.toString(),
                "storeKey", "true",
                "isInitiator", "false",
                "doNotPrompt", "true",
                "principal", SERVER);
        AppConfigurationEntry[] entries = {
            new AppConfigurationEntry(
                    "com.sun.security.auth.module.Krb5LoginModule", LoginModuleControlFlag.REQUIRED, options)
        };
        LoginContext context = new LoginContext("server", null, null, new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return entries;
            }
        });
        context.login();
        return context.getSubject();
    }

    /** For {@code longhaul.transfer.kerberos-conf}. */
    public Path krb5Conf() {
        return krb5Conf;
    }

    /**
     * Whom a server lets in.
     *
     * @param user with his realm
     * @param proof the server's own value for WWW-Authenticate
     */
    public record Guest(String user, String proof) {}

    /**
     * Reads a token as a server does.
     *
     * @param header the value of Authorization
     * @throws GSSException where it proves nothing
     */
    public Guest admit(String header) throws GSSException {
        byte[] token = Base64.getDecoder().decode(header.substring(HEADER.length()));
        try {
            return Subject.callAs(server, () -> {
                GSSContext context = GSSManager.getInstance().createContext((GSSCredential) null);
                byte[] proof = context.acceptSecContext(token, 0, token.length);
                return new Guest(
                        context.getSrcName().toString(),
                        HEADER + Base64.getEncoder().encodeToString(proof));
            });
        } catch (CompletionException refused) {
            if (refused.getCause() instanceof GSSException bad) throw bad;
            throw refused;
        }
    }

    /** A file for whoever has a ticket of this KDC. */
    public Behaviour guarded(Content content) {
        return (request, reply) -> {
            String said = request.header("authorization");
            if (!said.startsWith(HEADER)) {
                reply.head(401, "WWW-Authenticate: Negotiate", "Content-Length: 0");
                return;
            }
            try {
                String proof = admit(said).proof();
                reply.head(200, "WWW-Authenticate: " + proof, "Content-Length: " + content.size());
                reply.body(content, 0, content.size());
            } catch (GSSException refused) {
                reply.head(401, "WWW-Authenticate: Negotiate", "Content-Length: 0");
            }
        };
    }

    @Override
    public void close() {
        try {
            silent.close();
            kdc.stop();
        } catch (IOException | KrbException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
