package io.longhaul.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A piece of network that a test can break: it listens on 127.0.0.1 and carries bytes to another port there. What it does
 * not carry is neither refused nor reset, as where a cable is cut: it waits.
 */
final class TcpProxy implements AutoCloseable {
    private static final int BLOCK = 64 * 1024;

    private final ServerSocket listening;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** These are guarded by the lock. */
    private int target;

    private boolean holdsAll;
    private boolean closed;
    private final Set<InetAddress> held = new HashSet<>();

    private volatile long delayNanos;

    private TcpProxy() throws IOException {
        listening = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("proxy-" + port()).start(this::accept);
    }

    static TcpProxy start() {
        try {
            return new TcpProxy();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Where new connections lead from now on; before there is anything they wait. */
    void leadTo(int port) {
        locked(() -> target = port);
    }

    /** Carries each block so much later, one after the other, in either direction. */
    void slow(Duration delay) {
        delayNanos = delay.toNanos();
    }

    /** Carries nothing, in either direction. */
    void hold() {
        locked(() -> holdsAll = true);
    }

    /** Carries nothing for those who connect from that address. */
    void hold(InetAddress source) {
        locked(() -> held.add(source));
    }

    /** Carries everything again, at once, and first what has waited. */
    void mend() {
        delayNanos = 0;
        locked(() -> {
            holdsAll = false;
            held.clear();
        });
    }

    /** The other machine is gone with all its connections, and those who had them are not told. New ones are carried. */
    void loseTarget() {
        locked(() -> open.forEach(Connection::lose));
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Connection connection = new Connection(listening.accept());
                open.add(connection);
                Thread.ofVirtual().start(connection::carry);
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** One that was accepted, and the one that it is carried to. */
    private final class Connection {
        private final Socket near;
        private final Socket far = new Socket();
        private volatile boolean lost;

        Connection(Socket near) {
            this.near = near;
        }

        void lose() {
            lost = true;
            closed(far);
        }

        void carry() {
            try (far) {
                int port = awaitOpen();
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                far.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                Thread back = Thread.ofVirtual().start(() -> pump(far, near));
                pump(near, far);
                back.join();
            } catch (IOException gone) {
                closed(near); // which is how it is told
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            } finally {
                open.remove(this);
            }
        }

        /** Until one side ends; then the other one is told. */
        private void pump(Socket from, Socket to) {
            byte[] block = new byte[BLOCK];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(block); count >= 0; count = in.read(block)) {
                    awaitOpen();
                    LockSupport.parkNanos(delayNanos);
                    write(out, block, count);
                }
                awaitOpen();
            } catch (IOException gone) {
                // as after an end
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            } finally {
                closed(far);
                if (!lost || from.equals(near)) closed(near);
            }
        }

        /** What is said to a machine that is gone is heard by nobody. */
        private void write(OutputStream out, byte[] block, int count) throws IOException {
            try {
                if (!lost) out.write(block, 0, count);
            } catch (IOException gone) {
                if (!lost) throw gone;
            }
        }

        private void closed(Socket socket) {
            try {
                socket.close();
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
        }

        /** Waits as long as nothing is carried here; then the port to connect to. */
        private int awaitOpen() throws InterruptedException {
            lock.lock();
            try {
                while (target == 0 || holdsAll || held.contains(near.getInetAddress())) {
                    if (closed) throw new InterruptedException("There is no proxy any more");
                    changed.await();
                }
                return target;
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void close() {
        locked(() -> closed = true);
        try {
            listening.close();
            for (Connection connection : open) {
                connection.near.close();
                connection.far.close();
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
