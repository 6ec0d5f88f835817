package io.longhaul.transfer;

import io.longhaul.job.http.HttpOptions;
import io.longhaul.transfer.Connections.Exchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Whether a certificate of a server is revoked, as the lists of its authorities say (CRL). A run fetches them itself, like
 * all that it fetches: from addresses that may be fetched from, by its job's proxies, in a limited time, and until it is
 * stopped. Java's own path validation would fetch them without any of that, so it is given them, and fetches nothing.
 */
final class RevocationCheck {
    /** These lists are signed, and TLS would need lists itself. */
    static final TlsSocketStrategy NO_TLS = (socket, host, port, attachment, context) -> {
        throw new SSLException("Lists of revoked certificates are fetched by http");
    };

    private static final TransferPlan.Request ALL = new TransferPlan.Request(null, null, null);
    private static final int OK = 200;

    private final Line line;
    private final RevocationTurns turns;
    private final Function<Line, HttpSession> sessions;

    /**
     * Nothing is fetched yet.
     *
     * @param line of the run
     * @param sessions how lists are asked for on another line
     */
    RevocationCheck(Line line, RevocationTurns turns, Function<Line, HttpSession> sessions) {
        this.line = line;
        this.turns = turns;
        this.sessions = sessions;
    }

    /**
     * Checks all certificates of a path that is valid otherwise.
     *
     * @throws CertPathValidatorException where one is revoked, or nobody says whether it is
     */
    void check(CertPathValidator validator, CertPath path, PKIXParameters parameters) throws GeneralSecurityException {
        aside(turns::take);
        try {
            aside(lists -> {
                try (HttpSession session = sessions.apply(lists)) {
                    new Lists(session, lists).check(validator, path, parameters);
                }
            });
        } finally {
            turns.giveBack();
        }
    }

    @FunctionalInterface
    private interface Work {
        void on(Line aside) throws GeneralSecurityException;
    }

    private void aside(Work work) throws GeneralSecurityException {
        Line aside = line.aside(System.nanoTime());
        try {
            work.on(aside);
        } finally {
            line.back(System.nanoTime());
        }
    }

    /** The lists that have come for one path. */
    private static final class Lists {
        private final HttpSession session;
        private final Line aside;
        private final List<X509CRL> held = new ArrayList<>();
        private final Map<Integer, Deque<URI>> unasked = new HashMap<>();
        private int room = RevocationTurns.MOST_BYTES;

        Lists(HttpSession session, Line aside) {
            this.session = session;
            this.aside = aside;
        }

        /** One after the other, until nothing is open any more: most certificates name one list in several places. */
        void check(CertPathValidator validator, CertPath path, PKIXParameters parameters)
                throws GeneralSecurityException {
            // Without a checker of its own Java looks into these and nowhere else, unless properties of the JVM say so
            parameters.setRevocationEnabled(true);
            while (true) {
                parameters.setCertStores(
                        List.of(CertStore.getInstance("Collection", new CollectionCertStoreParameters(held))));
                try {
                    validator.validate(path, parameters);
                    return;
                } catch (CertPathValidatorException open) {
                    X509CRL next =
                            open.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS ? next(path, open) : null;
                    if (next == null) throw open;
                    held.add(next);
                }
            }
        }

        private @Nullable X509CRL next(CertPath path, CertPathValidatorException open) throws GeneralSecurityException {
            int index = open.getIndex();
            if (index < 0) return null;
            X509Certificate asked = (X509Certificate) path.getCertificates().get(index);
            Deque<URI> urls = unasked.computeIfAbsent(index, first -> new ArrayDeque<>(DistributionPoints.of(asked)));
            while (!urls.isEmpty() && aside.cut() == null) {
                try {
                    return parse(fetch(urls.removeFirst()));
                } catch (IOException | TransferFailed | CRLException unusable) {
                    open.addSuppressed(unusable); // perhaps another one can be used
                }
            }
            return null;
        }

        private static X509CRL parse(byte[] list) throws GeneralSecurityException {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(list));
        }

        private byte[] fetch(URI url) throws IOException, TransferFailed {
            Redirects hops = session.hopsFrom(url);
            while (true) {
                try (Exchange exchange = session.send(ALL, HttpOptions.USUAL_METHOD, hops.present(), false, aside)) {
                    Answer answer = exchange.answer();
                    if (answer.status() == OK) return read(exchange);
                    String problem = Redirects.isRedirect(answer.status())
                            ? hops.follow(answer.location())
                            : "The server answered with HTTP status " + answer.status() + ".";
                    if (problem != null) throw new IOException(problem);
                }
            }
        }

        /** The time for the answer goes on to its end. */
        private byte[] read(Exchange exchange) throws IOException {
            byte[] list = exchange.body().readNBytes(room + 1);
            if (list.length > room)
                throw new IOException("The lists are longer than " + RevocationTurns.MOST_BYTES + " bytes");
            room -= list.length;
            return list;
        }
    }
}
