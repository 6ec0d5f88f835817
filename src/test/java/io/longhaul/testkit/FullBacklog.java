package io.longhaul.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A port on 127.0.0.1 that answers no connect: its queue is full and nobody accepts. */
public final class FullBacklog implements AutoCloseable {
    /** The system rounds the queue up a little. */
    private static final int ENOUGH = 16;

    private final ServerSocket listening;
    private final List<SocketChannel> waiting = new ArrayList<>();

    public FullBacklog() {
        try {
            listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            for (int i = 0; i < ENOUGH; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()));
                waiting.add(channel);
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    public String url(String path) {
        return "http://127.0.0.1:" + listening.getLocalPort() + path;
    }

    @Override
    public void close() {
        try {
            for (SocketChannel channel : waiting) channel.close();
            listening.close();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
