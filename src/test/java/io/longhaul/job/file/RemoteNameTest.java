package io.longhaul.job.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A remote name")
class RemoteNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a",
                "https://origin.example/a.bin",
                "HTTP://origin.example:8080/a%20b?x=1&y=[]#part",
                "http://127.0.0.1:1/",
                "http://[::1]:65535/a",
                "https://a.example//b",
                "http://a/b@c"
            })
    void may_be(String name) {
        assertEquals(Optional.empty(), RemoteName.problem(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "/a",
                "//a/b",
                "ftp://a/b",
                "file:///etc/passwd",
                "http:",
                "http:a",
                "http://",
                "http:///a",
                "http://:80/a",
                "http://user@a/",
                "http://user:secret@a/",
                "http://a:0/",
                "http://a:65536/",
                "http://a:b/",
                "http://a b/",
                "http://a/b c",
                "http://a/b|c",
                "http://a/ä",
                "http://a/\n",
                "http://a/%zz",
                "http://a_b/",
                "http://[::1/",
                "javascript:alert(1)"
            })
    void may_not_be(String name) {
        assertTrue(RemoteName.problem(name).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://my_service:8080/", "https://my_service/a", "http://a.b_c.example/a?b_c"})
    void says_that_the_name_of_its_host_has_an_underscore(String name) {
        assertEquals(Optional.of("The name of a host must have no underscore."), RemoteName.problem(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http:///a_b", "http://a..b/c_d", "http://u_ser@/"})
    void says_nothing_of_underscores_elsewhere(String name) {
        assertTrue(RemoteName.problem(name).orElseThrow().indexOf("underscore") < 0);
    }

    @Test
    void has_at_most_2200_characters() {
        assertEquals(Optional.empty(), RemoteName.problem("http://a/" + "b".repeat(2191)));
        assertTrue(RemoteName.problem("http://a/" + "b".repeat(2192)).isPresent());
    }
}
