package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The buffers that bodies are read into")
class ReadBuffersTest {
    private final ReadBuffers buffers = new ReadBuffers(2);

    @Test
    void are_small_at_first_for_whoever_asks() {
        ByteBuffer one = buffers.small();
        ByteBuffer other = buffers.small();
        assertEquals(ReadBuffers.SMALL, one.capacity());
        assertNotSame(one, other);
    }

    @Test
    void are_kept_for_the_next_but_only_so_many() {
        List<ByteBuffer> lent = List.of(buffers.small(), buffers.small(), buffers.small());
        lent.forEach(buffers::giveBack);
        assertSame(lent.get(1), buffers.small());
        assertSame(lent.get(0), buffers.small());
        assertNotSame(lent.get(2), buffers.small());
    }

    @Test
    void become_large_while_there_are_large_ones() {
        ByteBuffer atHand = buffers.small();
        ByteBuffer first = buffers.larger(atHand, false);
        ByteBuffer second = buffers.larger(atHand, true);
        assertEquals(ReadBuffers.LARGE, first.capacity());
        assertFalse(first.isDirect());
        assertTrue(second.isDirect());
        assertSame(atHand, buffers.larger(atHand, false));
        buffers.giveBack(first);
        assertSame(first, buffers.larger(atHand, false));
    }

    @Test
    void that_are_large_already_stay() {
        ByteBuffer large = buffers.larger(buffers.small(), false);
        assertSame(large, buffers.larger(large, true));
    }
}
