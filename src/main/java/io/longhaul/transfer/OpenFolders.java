package io.longhaul.transfer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders that were used last, kept open by their paths. That one is here says nothing of what its path leads to by
 * now: whoever takes it has to look.
 */
final class OpenFolders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenFolders.class);

    /** Each has two descriptors, and a process often has no more than 1,024. */
    static final int MOST = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<String>, OpenFolder> byPath = new LinkedHashMap<>(MOST, 0.75f, true);
    private boolean closed;

    /** The caller is one more user of it. */
    @Nullable
    OpenFolder take(List<String> path) {
        lock.lock();
        try {
            OpenFolder kept = byPath.get(path);
            return kept != null && kept.use() ? kept : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Keeps a folder that its only user has just opened.
     *
     * @return that one, or the same one where another user has opened it meanwhile
     */
    OpenFolder keep(OpenFolder opened) {
        List<OpenFolder> dropped = new ArrayList<>();
        OpenFolder kept = opened;
        lock.lock();
        try {
            if (closed) return opened;
            OpenFolder before = byPath.get(opened.path());
            if (before != null && before.isSame(opened) && before.use()) {
                kept = before;
                dropped.add(opened);
            } else if (opened.use()) {
                if (before != null) dropped.add(before);
                byPath.put(opened.path(), opened);
                if (byPath.size() > MOST) dropped.add(removeEldest());
            }
        } finally {
            lock.unlock();
        }
        letGo(dropped);
        return kept;
    }

    /** Keeps none of them any more. */
    void clear() {
        List<OpenFolder> dropped;
        lock.lock();
        try {
            dropped = List.copyOf(byPath.values());
            byPath.clear();
        } finally {
            lock.unlock();
        }
        letGo(dropped);
    }

    /** As {@link #clear}, and keeps none from here on. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        clear();
    }

    private OpenFolder removeEldest() {
        Iterator<OpenFolder> eldest = byPath.values().iterator();
        OpenFolder removed = eldest.next();
        eldest.remove();
        return removed;
    }

    private static void letGo(List<OpenFolder> folders) {
        for (OpenFolder folder : folders) {
            try {
                folder.letGo();
            } catch (IOException problem) {
                LOG.debug("A folder could not be closed: {}", problem.toString());
            }
        }
    }
}
