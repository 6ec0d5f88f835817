package io.longhaul.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.MD4Digest;

/** The server's half of NTLM (MS-NLMP): it checks NTLMv2 answers by what the protocol says of them. */
public final class Ntlm {
    private static final byte[] CHALLENGE = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final int UNICODE_NTLM_TARGET_INFO = 0x00880205;

    private Ntlm() {}

    /** A file for one user, who says on each new connection who he is. */
    public static Behaviour guarded(String domain, String user, String password, Content content) {
        Behaviour file = Behaviours.file(content);
        return (request, reply) -> {
            String said = request.header("authorization");
            byte[] message = said.startsWith("NTLM ")
                    ? Base64.getDecoder().decode(said.substring("NTLM ".length()))
                    : new byte[12];
            switch (message[8]) {
                case 1 -> refuse(reply, "NTLM " + Base64.getEncoder().encodeToString(challenge()));
                case 3 -> {
                    if (isRight(message, domain, user, password)) file.answer(request, reply);
                    else refuse(reply, "NTLM");
                }
                default -> refuse(reply, "NTLM");
            }
        };
    }

    private static void refuse(Reply reply, String header) throws IOException {
        reply.head(401, "WWW-Authenticate: " + header, "Content-Length: 0");
    }

    /** CHALLENGE_MESSAGE, with a target information that only has its end. */
    private static byte[] challenge() {
        byte[] info = {2, 0, 2, 0, 'D', 0, 0, 0, 0, 0};
        ByteBuffer message = ByteBuffer.allocate(48 + 2 + info.length).order(ByteOrder.LITTLE_ENDIAN);
        message.put("NTLMSSP\0".getBytes(StandardCharsets.US_ASCII)).putInt(2);
        message.putShort((short) 2).putShort((short) 2).putInt(48);
        message.putInt(UNICODE_NTLM_TARGET_INFO).put(CHALLENGE).putLong(0);
        message.putShort((short) info.length).putShort((short) info.length).putInt(50);
        message.put(new byte[] {'D', 0}).put(info);
        return message.array();
    }

    private static boolean isRight(byte[] message, String domain, String user, String password) {
        byte[] answer = field(message, 20);
        if (answer.length <= 24) return false; // NTLMv1, which nobody should take
        try {
            byte[] hash = md4(password.getBytes(StandardCharsets.UTF_16LE));
            String said = new String(field(message, 28), StandardCharsets.UTF_16LE);
            byte[] key = hmac(hash, (user.toUpperCase(Locale.ROOT) + said).getBytes(StandardCharsets.UTF_16LE));
            byte[] blob = Arrays.copyOfRange(answer, 16, answer.length);
            byte[] expected = hmac(
                    key,
                    ByteBuffer.allocate(8 + blob.length)
                            .put(CHALLENGE)
                            .put(blob)
                            .array());
            boolean sameUser = user.equalsIgnoreCase(new String(field(message, 36), StandardCharsets.UTF_16LE));
            return sameUser
                    && said.equalsIgnoreCase(domain)
                    && MessageDigest.isEqual(expected, Arrays.copyOf(answer, 16));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] field(byte[] message, int at) {
        ByteBuffer read = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        int offset = read.getInt(at + 4);
        return Arrays.copyOfRange(message, offset, offset + read.getShort(at));
    }

    private static byte[] md4(byte[] bytes) {
        MD4Digest digest = new MD4Digest();
        digest.update(bytes, 0, bytes.length);
        byte[] hash = new byte[digest.getDigestSize()];
        digest.doFinal(hash, 0);
        return hash;
    }

    private static byte[] hmac(byte[] key, byte[] bytes) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacMD5");
        mac.init(new SecretKeySpec(key, "HmacMD5"));
        return mac.doFinal(bytes);
    }
}
