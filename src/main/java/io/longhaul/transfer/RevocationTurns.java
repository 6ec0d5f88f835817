package io.longhaul.transfer;

import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Who reads lists of revoked certificates now: no more runs at once than the heap has room for, whatever they are sent. A
 * list in memory takes many times the bytes that it has on its way.
 */
final class RevocationTurns {
    /** Of all lists together that one connection needs. */
    static final int MOST_BYTES = 16 << 20;

    /** For a list of that length, decoded, several times over. */
    private static final long HEAP_FOR_ONE = 512L << 20;

    private final Semaphore free;
    private final Set<Line> waiting = ConcurrentHashMap.newKeySet();

    RevocationTurns(int atOnce) {
        free = new Semaphore(atOnce);
    }

    /** As many as a heap of that size allows, but one at least. */
    static RevocationTurns in(long heap) {
        return new RevocationTurns((int) Math.max(1, heap / HEAP_FOR_ONE));
    }

    /** Others were at it for as long as somebody may wait. */
    static final class NoTurnException extends CertificateException {
        private static final long serialVersionUID = 1;

        NoTurnException() {
            super("Too many lists of revoked certificates are read at once");
        }
    }

    /**
     * Waits for a turn, for as long as the line aside is not cut.
     *
     * @throws NoTurnException where none came
     */
    void take(Line line) throws NoTurnException {
        Turn turn = new Turn();
        waiting.add(line);
        try {
            if (!line.await(turn, Long.MAX_VALUE)) throw new NoTurnException();
        } finally {
            waiting.remove(line);
        }
    }

    void giveBack() {
        free.release();
        waiting.forEach(Line::news);
    }

    /** Whether the turn has come; once it has, it stays. */
    private final class Turn implements BooleanSupplier {
        private boolean taken;

        @Override
        public boolean getAsBoolean() {
            taken = taken || free.tryAcquire();
            return taken;
        }
    }
}
