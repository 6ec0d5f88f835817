package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.ChecksumAlgorithm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A digest of a file")
class DigestFieldTest {
    private static final ByteBuffer NINE_DIGITS = ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII));

    @Test
    void is_the_strongest_that_the_server_gives() {
        Checksum md5 = new Checksum(ChecksumAlgorithm.MD5, "25f9e794323b453885f5181f1b624d0b");
        assertEquals(md5, DigestField.strongest("md5=:JfnnlDI7RTiF9RgfG2JNCw==:"));
        assertEquals(md5, DigestField.strongest("crc32c=:4waSgw==:, md5=:JfnnlDI7RTiF9RgfG2JNCw==:;q=1, sha=:AAAA:"));
        assertEquals(
                new Checksum(ChecksumAlgorithm.CRC32C, "e3069283"),
                DigestField.strongest(" sha-256=:AAAA: ,crc32c=:4waSgw==: "));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {"", "nonsense", "md5=JfnnlDI7RTiF9RgfG2JNCw==", "md5=:J:", "sha-256=:AAAA:", "unixsum=:AAAA:"})
    void that_is_none_says_nothing(String field) {
        assertNull(DigestField.strongest(field));
    }

    @Test
    void that_is_endless_says_nothing() {
        assertNull(DigestField.strongest("md5=:JfnnlDI7RTiF9RgfG2JNCw==:, ".repeat(100)));
    }

    @ParameterizedTest
    @CsvSource({
        "CRC32C,e3069283",
        "MD5,25f9e794323b453885f5181f1b624d0b",
        "SHA_256,15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
        "SHA_512,d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274ad27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85"
    })
    void is_what_the_world_knows_it_to_be(ChecksumAlgorithm algorithm, String hex) {
        Hashes right = new Hashes(List.of(new Checksum(algorithm, hex)));
        right.update(NINE_DIGITS.duplicate());
        assertTrue(right.match());
        Hashes twice = new Hashes(List.of(new Checksum(algorithm, hex), new Checksum(algorithm, hex)));
        twice.update(NINE_DIGITS.slice(0, 4));
        twice.update(NINE_DIGITS.slice(4, 5));
        assertTrue(twice.match());
        Hashes wrong = new Hashes(List.of(new Checksum(algorithm, hex)));
        wrong.update(NINE_DIGITS.slice(0, 8));
        assertFalse(wrong.match());
    }
}
