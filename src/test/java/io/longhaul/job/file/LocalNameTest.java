package io.longhaul.job.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A local name")
class LocalNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a.bin",
                "maps/2026/a.bin",
                ".hidden",
                "..a",
                "a..b",
                "ä/日本.bin",
                "a b.bin",
                "console.txt",
                "COM10",
                "BIT.txt",
                "rabbit.tmp",
                "~",
                "%2e%2e",
                "\uD83D\uDE00"
            })
    void may_be(String name) {
        assertEquals(Optional.empty(), LocalName.problem(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "..",
                "../a",
                "a/..",
                "a/../b",
                "a/./b",
                ".",
                "a//b",
                "a/",
                "a\\..\\b",
                "..\\a",
                "C:",
                "C:a",
                "c:/a",
                "a:stream",
                "a\0b",
                "a\nb",
                "a\u0085",
                "\u007f",
                "con",
                "NUL",
                "nul.txt",
                "a/Com1.log",
                "LPT9",
                "aux.tar.gz",
                "BIT-0193-0-1.tmp",
                "bit1234.TMP",
                "a/BIT.tmp",
                "a.",
                "a ",
                " a",
                "a./b",
                "a*",
                "a?b",
                "<a",
                "a|b",
                "\"a\"",
                "\uD83D",
                "a\uDE00b"
            })
    void may_not_be(String name) {
        assertTrue(LocalName.problem(name).isPresent());
    }

    @Test
    void is_limited_as_a_whole_and_part_by_part() {
        assertEquals(Optional.empty(), LocalName.problem("a".repeat(255)));
        assertTrue(LocalName.problem("a".repeat(256)).isPresent());
        assertEquals(Optional.empty(), LocalName.problem("ä".repeat(127)));
        assertTrue(LocalName.problem("ä".repeat(128)).isPresent());
        assertEquals(Optional.empty(), LocalName.problem("ab/".repeat(341) + "a"));
        assertTrue(LocalName.problem("ab/".repeat(341) + "aa").isPresent());
        String smile = "\uD83D\uDE00"; // one character, of four bytes
        assertEquals(Optional.empty(), LocalName.problem((smile + "/").repeat(511) + "aa"));
        assertTrue(LocalName.problem((smile + "/").repeat(511) + "aaa").isPresent());
        assertEquals(Optional.empty(), LocalName.problem((smile + "a/").repeat(341) + "a"));
    }
}
