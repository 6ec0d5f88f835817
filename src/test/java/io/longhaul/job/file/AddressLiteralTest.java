package io.longhaul.job.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An address in the place of a name")
class AddressLiteralTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "127.000.000.001, 127.0.0.1",
        "2130706433, 127.0.0.1",
        "000002130706433, 127.0.0.1",
        "127.1, 127.0.0.1",
        "127.0.513, 127.0.2.1",
        "0, 0.0.0.0",
        "4294967295, 255.255.255.255",
        "0177.0.0.1, 177.0.0.1",
        "0x7F000001, 127.0.0.1",
        "017700000001, 127.0.0.1",
        "[::ffff:127.0.0.1], 127.0.0.1",
        "[::FFFF:7f00:1], 127.0.0.1",
        "::ffff:127.0.0.1, 127.0.0.1",
        "[::1], [::1]",
        "[0:0:0:0:0:0:0:1], [::1]",
        "::, [::]",
        "[::1%lo], [::1]",
        "[fe80::1%25eth0], [fe80::1]",
        "[2001:DB8::0:0001], [2001:db8::1]",
        "[2001:db8:0:1:1:1:1:1], [2001:db8:0:1:1:1:1:1]",
        "[2001:0:0:1:0:0:0:1], [2001:0:0:1::1]",
        "[2001:db8:0:0:1:0:0:1], [2001:db8::1:0:0:1]",
        "[1:0:0:0:0:0:0:0], [1::]",
        "[::127.0.0.1], [::7f00:1]"
    })
    void has_one_spelling(String text, String usual) {
        assertEquals(usual, AddressLiteral.parse(text).map(AddressLiteral::text).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "1.example",
                "a.1",
                "256.1.1.1",
                "1.2.3.4.5",
                "1..2",
                "127.0.0.1.",
                "4294967296",
                "0x100000000",
                "0x",
                "09999999999999",
                "[127.0.0.1]",
                "[]",
                "[::g]",
                "[:::]",
                "[::1",
                "a:80",
                "dead.beef"
            })
    void is_none_of_these(String text) {
        assertEquals("", AddressLiteral.parse(text).map(AddressLiteral::text).orElse(""));
    }

    /** A block of an address would be passed by a spelling that only connections understand. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2130706433",
                "127.000.000.001",
                "0177.0.0.1",
                "08.08.08.08",
                "0",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "[::1%1]",
                "[::127.0.0.1]"
            })
    void is_where_the_connection_goes(String host) throws UnknownHostException {
        String asked = URI.create("http://" + host + ":80/").getHost();
        assertEquals(
                AddressLiteral.text(AddressLiteral.parse(asked).orElseThrow()),
                AddressLiteral.text(InetAddress.getByName(asked)).replaceFirst("%[^]]*", ""));
    }
}
