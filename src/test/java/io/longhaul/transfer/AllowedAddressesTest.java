package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("An address")
class AllowedAddressesTest {
    @ParameterizedTest
    @CsvSource({
        "93.184.215.14, true",
        "8.8.8.8, true",
        "172.15.255.255, true",
        "172.32.0.0, true",
        "100.63.255.255, true",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c, true",
        "0.0.0.0, false",
        "10.1.2.3, false",
        "100.64.0.1, false",
        "127.0.0.1, false",
        "127.255.255.254, false",
        "169.254.169.254, false",
        "172.16.0.1, false",
        "172.31.255.255, false",
        "192.168.1.1, false",
        "198.18.0.1, false",
        "224.0.0.1, false",
        "255.255.255.255, false",
        "::1, false",
        "::, false",
        "::ffff:127.0.0.1, false",
        "::ffff:8.8.8.8, true",
        "::127.0.0.1, false",
        "fe80::1, false",
        "fec0::1, false",
        "fc00::1, false",
        "fd12:3456::1, false",
        "ff02::1, false",
        "2001:db8::1, false",
        "64:ff9b::7f00:1, false",
        "64:ff9b::808:808, true",
        "2002:7f00:1::, false",
        "2002:808:808::1, true"
    })
    void may_be_fetched_from_when_it_is_public(String address, boolean allowed) throws UnknownHostException {
        InetAddress parsed = address(address);
        assertEquals(allowed, new AllowedAddresses(List.of()).allows(parsed));
        assertTrue(new AllowedAddresses(null).allows(parsed));
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, true",
        "10.1.3.3, false",
        "192.168.7.7, true",
        "192.168.7.8, false",
        "fd12::5, true",
        "fd13::5, false"
    })
    void may_be_fetched_from_when_it_is_listed(String address, boolean allowed) throws UnknownHostException {
        AllowedAddresses listed = new AllowedAddresses(List.of("10.1.2.0/24", " 192.168.7.7 ", "fd12::/16"));
        assertEquals(allowed, listed.allows(address(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "/8", "10.0.0.0/8/8", "a.b"
            })
    void is_not_any_text(String text) {
        assertThrows(IllegalArgumentException.class, () -> new AllowedAddresses(List.of(text)));
    }

    @Test
    void of_any_kind_is_in_a_block_of_all() throws UnknownHostException {
        AllowedAddresses all = new AllowedAddresses(List.of("0.0.0.0/0", "::/0"));
        assertTrue(all.allows(address("127.0.0.1")));
        assertTrue(all.allows(address("::1")));
    }

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getAllByName(text)[0];
    }
}
