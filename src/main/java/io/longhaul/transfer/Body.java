package io.longhaul.transfer;

import io.longhaul.transfer.Connections.Exchange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What is still to come of an answer's body. One thread at a time has it. */
final class Body {
    static final int ANY_LENGTH = -1;

    private final Exchange exchange;
    private final InputStream in;
    private final Line line;
    private final boolean anyLength;
    private long left;
    private @Nullable IOException afterwards;

    /** @param length how many bytes must come; {@link #ANY_LENGTH}: as many as there are */
    Body(Exchange exchange, InputStream in, long length, Line line) {
        this.exchange = exchange;
        this.in = in;
        this.line = line;
        this.anyLength = length == ANY_LENGTH;
        this.left = anyLength ? Long.MAX_VALUE : length;
    }

    boolean over() {
        return left <= 0;
    }

    /** At most so many bytes are still to come. */
    long left() {
        return left;
    }

    boolean mayBeReadDirectly() {
        return exchange.mayReadDirectly();
    }

    boolean isBehindTls() {
        return exchange.isBehindTls();
    }

    /** See {@link ReadAheadSocket#readAheadInto}. */
    void readAheadInto(@Nullable ByteBuffer lent) {
        exchange.readAheadInto(lent);
    }

    /**
     * Waits for some bytes, and returns how many have come; 0 at the end of a body of any length. A large buffer takes
     * all that are at hand besides: TLS hands them out by the record, and each write to the file has its price. A buffer
     * off the heap is one for the socket's channel.
     *
     * @throws EOFException where more had to come
     */
    int read(ByteBuffer buffer) throws IOException {
        if (afterwards != null) throw afterwards;
        int count = readOnce(buffer);
        if (count < 0) {
            if (!anyLength) throw new EOFException("The body has ended before its length");
            left = 0;
            return 0;
        }
        if (buffer.capacity() > ReadBuffers.SMALL && !buffer.isDirect()) gather(buffer);
        left -= buffer.position();
        return buffer.position();
    }

    private void gather(ByteBuffer buffer) {
        try {
            while (buffer.hasRemaining() && exchange.isMoreAtHand()) if (readOnce(buffer) < 0) return;
        } catch (IOException problem) {
            afterwards = problem; // what came before it counts
        }
    }

    private int readOnce(ByteBuffer buffer) throws IOException {
        int count;
        if (buffer.isDirect()) {
            count = exchange.readDirectly(buffer);
        } else {
            count = in.read(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
            if (count > 0) buffer.position(buffer.position() + count);
        }
        if (count > 0) line.received(count, System.nanoTime());
        return count;
    }
}
