package io.longhaul.transfer;

import com.hierynomus.asn1.ASN1InputStream;
import com.hierynomus.asn1.ASN1ParseException;
import com.hierynomus.asn1.encodingrules.der.DERDecoder;
import com.hierynomus.asn1.types.ASN1Object;
import com.hierynomus.asn1.types.ASN1Tag;
import com.hierynomus.asn1.types.constructed.ASN1Sequence;
import com.hierynomus.asn1.types.constructed.ASN1TaggedObject;
import com.hierynomus.asn1.types.string.ASN1OctetString;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a certificate says that its authority tells what it has revoked (RFC 5280, 4.2.1.13). */
final class DistributionPoints {
    private static final Logger LOG = LoggerFactory.getLogger(DistributionPoints.class);

    private static final String EXTENSION = "2.5.29.31";
    private static final int POINT_NAME = 0;
    private static final int FULL_NAME = 0;
    private static final int URI_NAME = 6;

    private DistributionPoints() {}

    /** Those that can be asked by http, in their order; none where the extension is missing or makes no sense. */
    static List<URI> of(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(EXTENSION);
        if (extension == null) return List.of();
        try {
            List<URI> urls = new ArrayList<>();
            ASN1OctetString value = (ASN1OctetString) read(extension);
            ASN1Sequence points = (ASN1Sequence) read(value.getValue());
            for (ASN1Object<?> point : points) for (ASN1Object<?> part : (ASN1Sequence) point) addNames(part, urls);
            return urls;
        } catch (ASN1ParseException | ClassCastException | IllegalArgumentException senseless) {
            LOG.debug("The distribution points of {} make no sense", certificate.getSubjectX500Principal(), senseless);
            return List.of();
        }
    }

    private static ASN1Object<?> read(byte[] encoded) {
        return new ASN1InputStream(new DERDecoder(), encoded).readObject();
    }

    private static void addNames(ASN1Object<?> part, List<URI> urls) {
        ASN1TaggedObject name = (ASN1TaggedObject) part;
        if (name.getTagNo() != POINT_NAME) return;
        ASN1TaggedObject kind = (ASN1TaggedObject) name.getObject();
        if (kind.getTagNo() != FULL_NAME) return;
        ASN1Sequence names = kind.getObject(ASN1Tag.SEQUENCE);
        for (ASN1Object<?> one : names)
            if (one instanceof ASN1TaggedObject tagged && tagged.getTagNo() == URI_NAME) addIfHttp(text(tagged), urls);
    }

    private static String text(ASN1TaggedObject tagged) {
        ASN1OctetString text = (ASN1OctetString) tagged.getObject(ASN1Tag.OCTET_STRING);
        return new String(text.getValue(), StandardCharsets.US_ASCII);
    }

    private static void addIfHttp(String text, List<URI> urls) {
        URI url = URI.create(text);
        if ("http".equalsIgnoreCase(url.getScheme()) && url.getHost() != null) urls.add(Redirects.withoutFragment(url));
    }
}
