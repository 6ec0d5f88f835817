package io.longhaul.job.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.Owner;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A file of a job")
class JobFileTest {
    private static final RemoteVersion VERSION = new RemoteVersion("\"a\"", null, 100L);

    private static JobFile fresh(ByteRange... ranges) {
        return JobFile.fresh(
                0, new FileSource("http://files.example/a", "a", List.of(ranges), null), new Owner("anna"));
    }

    @Test
    void holds_nothing_at_first() {
        assertEquals(0, fresh().bytesHeld());
        assertEquals(0, fresh().heldBy());
        assertNull(fresh().bytesTotal());
        assertNull(fresh().resumable());
    }

    @Test
    void knows_the_size_of_its_ranges_unless_one_goes_to_the_end() {
        assertEquals(15L, fresh(new ByteRange(0, 10L), new ByteRange(50, 5L)).bytesTotal());
        assertNull(fresh(new ByteRange(0, 10L), new ByteRange(50, null)).bytesTotal());
    }

    @Test
    void is_as_fresh_after_a_restart() {
        assertEquals(fresh(), fresh().opened(VERSION, 100L, true).held(50, 3).restarted());
    }

    @Test
    void is_whole_once_it_is_transferred() {
        JobFile file = fresh().held(50, 3).asTransferred(VERSION, 100, 3, true);
        assertTrue(file.transferred());
        assertEquals(100L, file.bytesTotal());
        assertEquals(100, file.bytesHeld());
        assertTrue(file.asAvailable().available());
    }

    @ParameterizedTest
    @CsvSource({
        "http://files.example/a, files.example:80",
        "https://Files.Example/a, files.example:443",
        "HTTPS://files.example:8443/a, files.example:8443",
        "http://[2001:db8::1]/a, [2001:db8::1]:80"
    })
    void counts_for_the_host(String url, String host) {
        assertEquals(host, new FileSource(url, "a", List.of(), null).host());
    }
}
