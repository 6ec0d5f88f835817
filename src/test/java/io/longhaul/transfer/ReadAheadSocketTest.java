package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The socket below TLS")
class ReadAheadSocketTest {
    private static final byte[] SENT = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    private final Asked asked = new Asked();
    private final ReadAheadSocket socket;
    private final InputStream in;

    ReadAheadSocketTest() throws IOException {
        socket = new ReadAheadSocket(new Socket() {
            @Override
            public InputStream getInputStream() {
                return asked;
            }
        });
        in = socket.getInputStream();
    }

    @Test
    void reads_no_more_than_it_is_asked_for_without_a_buffer() throws IOException {
        assertArrayEquals(sent(0, 3), in.readNBytes(3));
        assertEquals(SENT.length - 3, asked.available());
    }

    @Test
    void reads_as_much_as_a_lent_buffer_holds() throws IOException {
        socket.readAheadInto(ByteBuffer.allocate(8));
        assertArrayEquals(sent(0, 2), in.readNBytes(2));
        assertArrayEquals(sent(2, 7), in.readNBytes(5));
        assertEquals(1, asked.times);
        assertEquals(1, in.available());
    }

    @Test
    void loses_nothing_when_the_buffer_is_taken_back() throws IOException {
        ByteBuffer lent = ByteBuffer.allocate(8);
        socket.readAheadInto(lent);
        assertArrayEquals(sent(0, 2), in.readNBytes(2));
        socket.readAheadInto(null);
        lent.clear().put(new byte[8]); // somebody else has it now
        assertArrayEquals(sent(2, 10), in.readNBytes(20));
        assertEquals(-1, in.read());
    }

    @Test
    void keeps_what_is_unread_when_it_is_lent_another_buffer() throws IOException {
        socket.readAheadInto(ByteBuffer.allocate(8));
        assertArrayEquals(sent(0, 2), in.readNBytes(2));
        socket.readAheadInto(ByteBuffer.allocate(3));
        assertEquals(6, in.available());
        assertArrayEquals(sent(2, 10), in.readNBytes(20));
    }

    private static byte[] sent(int from, int to) {
        return Arrays.copyOfRange(SENT, from, to);
    }

    private static final class Asked extends ByteArrayInputStream {
        private int times;

        Asked() {
            super(SENT);
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            times++;
            return super.read(into, offset, length);
        }
    }
}
