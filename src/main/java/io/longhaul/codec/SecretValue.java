package io.longhaul.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is kept secret of a job, in the form in which it is encrypted. None of them says in a log what it holds. */
public sealed interface SecretValue {
    /** A user name and a password. */
    record Login(String userName, String password) implements SecretValue {
        @Override
        public String toString() {
            return "Login[]";
        }
    }

    /** Custom headers that are write-only. */
    record Headers(SortedMap<String, String> headers) implements SecretValue {
        public Headers {
            headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
        }

        @Override
        public String toString() {
            return "Headers[]";
        }
    }

    /**
     * A client certificate and its key; {@link ClientKeys} reads and uses it.
     *
     * @param chain the certificates, the client's own first, in DER
     * @param key in PKCS#8
     */
    @SuppressWarnings("ArrayRecordComponent") // written once and never compared
    record Identity(List<byte[]> chain, byte[] key) implements SecretValue {
        public Identity {
            chain = List.copyOf(chain);
        }

        @Override
        public String toString() {
            return "Identity[]";
        }
    }

    default byte[] bytes() {
        try {
            return JobTypes.CBOR.writeValueAsBytes(this);
        } catch (JsonProcessingException impossible) { // texts and bytes can always be written
            throw new UncheckedIOException(impossible);
        }
    }

    /** One that was kept. */
    static <T extends SecretValue> T of(byte[] bytes, Class<T> type) {
        try {
            return JobTypes.CBOR.readValue(bytes, type);
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }
}
