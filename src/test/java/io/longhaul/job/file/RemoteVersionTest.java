package io.longhaul.job.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The version of a remote file")
class RemoteVersionTest {
    private static final String DATE = "Sun, 01 Mar 2026 00:00:00 GMT";
    private static final RemoteVersion KNOWN = new RemoteVersion("\"a\"", DATE, 10L);

    @Test
    void agrees_where_nothing_that_both_tell_differs() {
        assertTrue(KNOWN.agreesWith(KNOWN));
        assertTrue(KNOWN.agreesWith(RemoteVersion.UNKNOWN));
        assertTrue(RemoteVersion.UNKNOWN.agreesWith(KNOWN));
        assertTrue(KNOWN.agreesWith(new RemoteVersion("\"a\"", null, null)));
    }

    @Test
    void differs_where_anything_differs() {
        assertFalse(KNOWN.agreesWith(new RemoteVersion("\"b\"", DATE, 10L)));
        assertFalse(KNOWN.agreesWith(new RemoteVersion("\"a\"", "Mon, 02 Mar 2026 00:00:00 GMT", 10L)));
        assertFalse(KNOWN.agreesWith(new RemoteVersion("\"a\"", DATE, 11L)));
    }

    @Test
    void is_checked_by_a_strong_etag_or_else_the_date() {
        assertEquals("\"a\"", KNOWN.validator());
        assertEquals(DATE, new RemoteVersion("W/\"a\"", DATE, 10L).validator());
        assertNull(new RemoteVersion("W/\"a\"", null, 10L).validator());
    }
}
