package io.longhaul;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void runs_on_a_jdk_of_its_language_level() {
        assertTrue(Runtime.version().feature() >= 21);
    }
}
