package io.longhaul.api;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.longhaul.entity.FileStore;
import io.longhaul.job.JobId;
import io.longhaul.job.file.JobFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The bytes of available files: their size, digest and parts. The disk is waited for on threads kept for that. */
final class FileBytes {
    private static final int CHUNK = 128 * 1024;
    private static final int DIGEST_CHUNK = 1024 * 1024;
    private static final int DIGESTS_KEPT = 10_000;

    private final FileStore store;
    private final Executor blocking;
    private final Digests digests = new Digests();

    FileBytes(FileStore store, ActorSystem<?> system) {
        this.store = store;
        this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    }

    /** How large the file is; empty where it cannot be opened any more. */
    CompletionStage<Optional<Long>> size(JobFile file) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (FileChannel channel = store.open(file)) {
                        return Optional.of(channel.size());
                    } catch (IOException gone) {
                        return Optional.empty();
                    }
                },
                blocking);
    }

    /** Reads as fast as it is read from, and holds one chunk. */
    Source<ByteString, NotUsed> part(JobFile file, ByteRanges.Part part) {
        return Source.unfoldResource(() -> new Reader(store.open(file), part), Reader::next, Reader::close);
    }

    /** What Repr-Digest says: of the checksum that was verified, or computed once. */
    CompletionStage<String> sha256(JobId job, JobFile file) {
        String verified = file.source().sha256();
        if (verified != null)
            return CompletableFuture.completedStage(
                    Base64.getEncoder().encodeToString(HexFormat.of().parseHex(verified)));
        return digests.of(
                job + "/" + file.index(), () -> CompletableFuture.supplyAsync(() -> computed(file), blocking));
    }

    private String computed(JobFile file) {
        try (FileChannel channel = store.open(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(DIGEST_CHUNK);
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (NoSuchAlgorithmException impossible) { // every JDK has it
            throw new IllegalStateException(impossible);
        }
    }

    /** One part of an open file. */
    private static final class Reader {
        private final FileChannel channel;
        private long position;
        private long left;

        Reader(FileChannel channel, ByteRanges.Part part) {
            this.channel = channel;
            position = part.first();
            left = part.length();
        }

        Optional<ByteString> next() throws IOException {
            if (left == 0) return Optional.empty();
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK, left));
            int read = channel.read(buffer, position);
            if (read <= 0) throw new IOException("The file ended early");
            position += read;
            left -= read;
            return Optional.of(ByteString.fromByteBuffer(buffer.flip()));
        }

        void close() throws IOException {
            channel.close();
        }
    }

    /** The last digests asked for; one that is being computed is computed once. */
    private static final class Digests {
        private final Map<String, CompletableFuture<String>> kept = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<String>> eldest) {
                return size() > DIGESTS_KEPT;
            }
        };

        CompletionStage<String> of(String key, Supplier<CompletableFuture<String>> compute) {
            CompletableFuture<String> known = get(key, compute);
            return known.whenComplete((digest, failure) -> forget(key, failure));
        }

        private synchronized CompletableFuture<String> get(String key, Supplier<CompletableFuture<String>> compute) {
            return kept.computeIfAbsent(key, absent -> compute.get());
        }

        private synchronized void forget(String key, @Nullable Throwable failure) {
            if (failure != null) kept.remove(key);
        }
    }
}
