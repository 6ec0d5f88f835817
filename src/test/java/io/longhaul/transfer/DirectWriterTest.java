package io.longhaul.transfer;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What is written past the cache")
class DirectWriterTest {
    private static final int PAGE = RingBuffers.PAGE;
    private static final int RING = 16 * PAGE;
    private static final int SIZE = 50 * RING + 321;
    private static final byte[] BYTES = new Content(1, SIZE).bytes();

    @TempDir
    Path folder;

    private Path file;
    private FileChannel cached;

    private final ByteBuffer ring = new RingBuffers(1, RING).lend();

    @BeforeEach
    void create() throws IOException {
        file = folder.resolve("a");
        cached = FileChannel.open(file, CREATE_NEW, WRITE, READ);
    }

    @AfterEach
    void close() throws IOException {
        cached.close();
    }

    /** Where the folder's file system cannot do that, an ordinary one, which takes pages just as well. */
    private FileChannel pastCache() throws IOException {
        try (StoreFolders folders = new StoreFolders(folder);
                StoreFolders.Folder root = folders.open(List.of(), false)) {
            return root.openPastCache("a");
        } catch (IOException notHere) {
            return FileChannel.open(file, WRITE);
        }
    }

    private DirectWriter writerAt(int offset) throws IOException {
        cached.write(ByteBuffer.wrap(BYTES, 0, offset));
        return new DirectWriter(cached, pastCache(), ring);
    }

    private void assertInFile(int count) throws IOException {
        byte[] inFile = Files.readAllBytes(file);
        assertEquals(count, inFile.length);
        assertEquals(-1, java.util.Arrays.mismatch(inFile, 0, count, BYTES, 0, count));
    }

    private static int put(DirectWriter writer, int at, int count) throws IOException {
        int end = Math.min(SIZE, at + count);
        writer.put(ByteBuffer.wrap(BYTES, at, end - at));
        return end;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PAGE - 1, PAGE, PAGE + 1, RING - 1, 3 * RING, 3 * RING + 17})
    void is_in_the_file_after_each_drain_wherever_it_begins_and_however_it_comes(int begin) throws IOException {
        var random = new Random(begin);
        DirectWriter writer = writerAt(begin);
        for (int at = begin; at < SIZE; ) {
            int most = random.nextBoolean() ? 3 * PAGE : RING + 2 * PAGE;
            at = put(writer, at, 1 + random.nextInt(most));
            if (random.nextInt(3) == 0) {
                writer.drain();
                assertInFile(at);
            }
        }
        assertTrue(writer.isPastCache());
        writer.close();
        assertInFile(SIZE);
        assertEquals(SIZE, cached.position());
    }

    @Test
    void of_less_than_a_page_is_in_the_file_too() throws IOException {
        DirectWriter writer = writerAt(10);
        put(writer, 10, 20);
        writer.drain();
        assertInFile(30);
        put(writer, 30, 5);
        writer.drain();
        assertInFile(35);
        writer.close();
        assertInFile(35);
    }

    @Test
    void may_be_drained_by_one_thread_while_another_one_puts() throws IOException {
        DirectWriter writer = writerAt(5);
        CompletableFuture<Void> putting = CompletableFuture.runAsync(() -> {
            try {
                for (int at = 5; at < SIZE; ) at = put(writer, at, 1000 + at % 7000);
            } catch (IOException problem) {
                throw new AssertionError(problem);
            }
        });
        while (!putting.isDone()) writer.drain();
        putting.join();
        writer.close();
        assertInFile(SIZE);
    }

    @Test
    void goes_on_by_way_of_the_cache_where_the_disk_refuses_it() throws IOException {
        FileChannel refusing = pastCache();
        var writer = new DirectWriter(cached, refusing, ring);
        int at = put(writer, 0, 3 * PAGE);
        writer.drain();
        refusing.close();
        put(writer, at, SIZE);
        assertFalse(writer.isPastCache());
        writer.close();
        assertInFile(SIZE);
    }

    @Test
    void into_another_file_of_that_name_is_written_by_way_of_the_cache_again() throws IOException {
        Files.move(file, folder.resolve("renamed"));
        Files.createFile(file); // planted
        var writer = new DirectWriter(cached, pastCache(), ring);
        put(writer, 0, SIZE);
        writer.close();
        assertArrayEquals(BYTES, Files.readAllBytes(folder.resolve("renamed")));
    }

    @Test
    void is_not_said_to_be_written_where_the_disk_is_full() throws IOException {
        try (FileChannel full = FileChannel.open(Path.of("/dev/full"), WRITE)) {
            var writer = new DirectWriter(full, pastCache(), ring);
            put(writer, 0, 2 * PAGE);
            assertTrue(
                    assertThrows(IOException.class, writer::drain).getMessage().contains("space"));
            assertThrows(IOException.class, writer::drain, "nor the next time");
            assertThrows(IOException.class, writer::close);
            assertThrows(IOException.class, writer::drain, "nor afterwards");
        }
    }

    @Test
    void touches_the_ring_no_more_once_it_is_closed() throws IOException {
        DirectWriter writer = writerAt(0);
        put(writer, 0, 2 * PAGE);
        writer.close();
        ring.put(0, new byte[RING]);
        writer.drain();
        assertInFile(2 * PAGE);
    }

    @Test
    void lies_in_one_of_so_many_rings() {
        var rings = new RingBuffers(2, PAGE);
        ByteBuffer first = rings.lend();
        assertNotNull(first);
        assertEquals(PAGE, first.capacity());
        assertEquals(0, first.alignmentOffset(0, PAGE));
        assertNotNull(rings.lend());
        assertNull(rings.lend());
        rings.giveBack(first);
        assertEquals(first, rings.lend());
    }

    @Test
    void takes_little_memory_where_there_is_little() {
        assertEquals(1, ringsIn(64L << 20));
        assertEquals(1, ringsIn(256L << 20));
        assertEquals(3, ringsIn(512L << 20));
        assertEquals(4, ringsIn(24L << 30));
    }

    private static int ringsIn(long maxHeap) {
        RingBuffers rings = RingBuffers.in(maxHeap);
        int lent = 0;
        while (rings.lend() != null) lent++;
        return lent;
    }
}
