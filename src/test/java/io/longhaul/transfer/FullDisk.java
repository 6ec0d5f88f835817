package io.longhaul.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/** A disk on which no file becomes longer than so many bytes, until there is more room. */
final class FullDisk implements OpenFolder.Disk {
    private final boolean toldLate;
    private volatile long room;

    /**
     * @param toldLate whether it takes every byte, and says only when a file is forced that there was no room: as network
     *     file systems do, and those that put off where they put what
     */
    FullDisk(long room, boolean toldLate) {
        this.room = room;
        this.toldLate = toldLate;
    }

    void makeRoom() {
        room = Long.MAX_VALUE;
    }

    @Override
    public void force(List<String> path, FileChannel names) throws IOException {
        names.force(true);
    }

    @Override
    public FileChannel file(FileChannel opened) {
        return new Limited(opened);
    }

    private void mustHold(long size) throws IOException {
        if (size > room) throw new IOException("No space left on device");
    }

    private final class Limited extends FileChannel {
        private final FileChannel below;

        Limited(FileChannel below) {
            this.below = below;
        }

        private void mayWrite(long end) throws IOException {
            if (!toldLate) mustHold(end);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            mayWrite(below.position() + from.remaining());
            return below.write(from);
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            mayWrite(position + from.remaining());
            return below.write(from, position);
        }

        @Override
        public void force(boolean metadata) throws IOException {
            mustHold(below.size());
            below.force(metadata);
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return below.read(into);
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return below.read(into, position);
        }

        @Override
        public long position() throws IOException {
            return below.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            below.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return below.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            below.truncate(size);
            return this;
        }

        @Override
        protected void implCloseChannel() throws IOException {
            below.close();
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] from, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel from, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
