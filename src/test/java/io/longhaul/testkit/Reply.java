package io.longhaul.testkit;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * What a server of the testkit can do with one connection after a request: say anything, in any order, and stop anywhere.
 * Unless told otherwise the connection is kept for a next request.
 */
public final class Reply {
    private static final int BLOCK = 64 * 1024;

    /** How often a server that says nothing looks whether its client is still there. */
    private static final int LOOKS_EVERY_MILLIS = 10;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final CountDownLatch released;
    private final LongConsumer sent;
    private boolean closed;

    /**
     * @param in what the client says
     */
    Reply(Socket socket, InputStream in, CountDownLatch released, LongConsumer sent) throws IOException {
        this.socket = socket;
        this.in = in;
        this.out = new BufferedOutputStream(socket.getOutputStream(), BLOCK);
        this.released = released;
        this.sent = sent;
    }

    /** Status line and headers ({@code "Name: value"}), and the empty line. */
    public Reply head(int status, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Testkit\r\n");
        for (String header : headers) head.append(header).append("\r\n");
        return raw(head.append("\r\n").toString());
    }

    /** Any text as it is. */
    public Reply raw(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return this;
    }

    /** Bytes of a body. */
    public Reply body(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        sent.accept(bytes.length);
        return this;
    }

    /** The content's bytes from the first offset to before the second. */
    public Reply body(Content content, long from, long to) throws IOException {
        byte[] block = new byte[(int) Math.min(BLOCK, Math.max(1, to - from))];
        for (long at = from; at < to; ) {
            int count = (int) Math.min(block.length, to - at);
            content.read(at, block, count);
            out.write(block, 0, count);
            out.flush();
            sent.accept(count);
            at += count;
        }
        return this;
    }

    public Reply chunk(byte[] bytes) throws IOException {
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(bytes);
        out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        sent.accept(bytes.length);
        return this;
    }

    public Reply lastChunk() throws IOException {
        return raw("0\r\n\r\n");
    }

    /** Does nothing until the script is released, the server is closed, or the client is gone. */
    public Reply hang() throws IOException {
        return hang(released);
    }

    /** The same until the gate is open, or the script is released. */
    public Reply hang(CountDownLatch gate) throws IOException {
        socket.setSoTimeout(LOOKS_EVERY_MILLIS);
        while (released.getCount() > 0 && gate.getCount() > 0) {
            try {
                if (in.read() < 0) throw new EOFException("The client is gone");
                throw new ProtocolException("The client speaks before it was answered");
            } catch (SocketTimeoutException silent) {
                // as a client does that waits
            }
        }
        socket.setSoTimeout(0);
        return this;
    }

    /** Does nothing for so long, or until the script is released; says whether it was. */
    public boolean pause(long millis) {
        try {
            return released.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Closes the connection in good order. */
    public void close() throws IOException {
        closed = true;
        socket.close();
    }

    /** Closes the connection so that the other side sees a reset. */
    public void reset() throws IOException {
        closed = true;
        socket.setSoLinger(true, 0);
        socket.close();
    }

    boolean isClosed() {
        return closed;
    }
}
