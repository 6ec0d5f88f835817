package io.longhaul.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connected socket for TLS to lie upon. TLS asks for each record in two steps, its five bytes of header and then the
 * rest; where this socket is lent a buffer it asks the system for as much as that holds, and TLS gets the bytes from
 * there. One thread at a time reads.
 */
final class ReadAheadSocket extends Socket {
    private final Socket below;
    private final Ahead in;

    ReadAheadSocket(Socket below) throws IOException {
        this.below = below;
        this.in = new Ahead(below.getInputStream());
    }

    /**
     * Lends a buffer on the heap to read ahead into; null takes it back, and what lies in it unread is not lost. Not to be called
     * while something is read.
     */
    void readAheadInto(@Nullable ByteBuffer lent) {
        in.use(lent);
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return below.getOutputStream();
    }

    @Override
    public InetAddress getInetAddress() {
        return below.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return below.getLocalAddress();
    }

    @Override
    public int getPort() {
        return below.getPort();
    }

    @Override
    public int getLocalPort() {
        return below.getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return below.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return below.getLocalSocketAddress();
    }

    @Override
    public boolean isConnected() {
        return below.isConnected();
    }

    @Override
    public boolean isBound() {
        return below.isBound();
    }

    @Override
    public boolean isClosed() {
        return below.isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return below.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return below.isOutputShutdown();
    }

    @Override
    public void shutdownInput() throws IOException {
        below.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        below.shutdownOutput();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        below.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return below.getSoTimeout();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        below.setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return below.getSoLinger();
    }

    @Override
    public void close() throws IOException {
        below.close();
    }

    private static final class Ahead extends InputStream {
        private final InputStream below;
        private ByteBuffer unread = ByteBuffer.allocate(0);

        Ahead(InputStream below) {
            this.below = below;
        }

        void use(@Nullable ByteBuffer lent) {
            int left = unread.remaining();
            ByteBuffer next = lent != null && lent.capacity() >= left ? lent : ByteBuffer.allocate(left);
            unread = next.clear().put(unread).flip();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (!unread.hasRemaining()) {
                if (length >= unread.capacity()) return below.read(into, offset, length);
                int count = below.read(unread.array(), unread.arrayOffset(), unread.capacity());
                if (count < 0) return count;
                unread.clear().limit(count);
            }
            int count = Math.min(length, unread.remaining());
            unread.get(into, offset, count);
            return count;
        }

        @Override
        public int available() throws IOException {
            return unread.hasRemaining() ? unread.remaining() : below.available();
        }
    }
}
