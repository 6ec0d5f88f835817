package io.longhaul.api;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.longhaul.api.json.Refusal;
import io.longhaul.entity.FileStore;
import io.longhaul.entity.FileStore.Identity;
import io.longhaul.entity.FileStore.Opened;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobId;
import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.ChecksumAlgorithm;
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

/**
 * The bytes of available files: whether they are those of the job, their digest and parts. Whatever is read is read of the
 * very file that was found and hashed, or not at all. The disk is waited for on threads kept for that.
 */
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

    /**
     * An available file as it was found at its destination.
     *
     * @param digest its SHA-256, as Repr-Digest has it
     */
    record Found(JobId job, JobFile file, Identity identity, String digest) {
        long size() {
            return identity.size();
        }
    }

    private record Standing(Identity identity, boolean asPublished) {}

    /**
     * The file at its destination. Hashed once for as long as nobody touches it.
     *
     * <p>Where its SHA-256 is known that decides whether it is the job's, else its length and time do.
     *
     * @throws Refusal by way of the stage, where it has been moved or replaced
     */
    CompletionStage<Found> find(JobId job, JobFile file) {
        String verified = sha256(file);
        return CompletableFuture.supplyAsync(() -> standing(job, file), blocking)
                .thenCompose(standing -> {
                    Identity identity = standing.identity();
                    boolean possible = identity.size() == file.bytesHeld();
                    if (!possible || (verified == null && !standing.asPublished())) throw replaced();
                    return digest(job, file, identity).thenApply(digest -> {
                        if (verified != null && !digest.equals(base64(verified))) throw replaced();
                        return new Found(job, file, identity, digest);
                    });
                });
    }

    /** What the job's file comes to, where that was verified when it came; null: it was not. */
    private static @Nullable String sha256(JobFile file) {
        Checksum told = file.marks().digest();
        String given = file.source().sha256();
        return given == null && told != null && told.algorithm() == ChecksumAlgorithm.SHA_256 ? told.hex() : given;
    }

    private Standing standing(JobId job, JobFile file) {
        try (Opened opened = store.open(job, file)) {
            return new Standing(opened.identity(), opened.asPublished());
        } catch (IOException gone) {
            throw new Refusal(BitsError.BG_E_FILE_NOT_FOUND, "The file is no longer at its destination.");
        }
    }

    private static Refusal replaced() {
        return new Refusal(BitsError.BG_E_FILE_NOT_FOUND, "Another file is at the destination by now.");
    }

    /** Reads as fast as it is read from, and holds one chunk. */
    Source<ByteString, NotUsed> part(Found found, ByteRanges.Part part) {
        return Source.unfoldResource(() -> new Reader(open(found), part), Reader::next, Reader::close);
    }

    private FileChannel open(Found found) throws IOException {
        Opened opened = store.open(found.job(), found.file());
        if (opened.identity().equals(found.identity())) return opened.channel();
        opened.close();
        throw new IOException("The file was replaced meanwhile");
    }

    private CompletionStage<String> digest(JobId job, JobFile file, Identity identity) {
        return digests.of(
                new Hashed(job, file.index(), identity),
                () -> CompletableFuture.supplyAsync(() -> computed(job, file, identity), blocking));
    }

    private String computed(JobId job, JobFile file, Identity identity) {
        try (Opened opened = store.open(job, file)) {
            if (!opened.identity().equals(identity)) throw replaced();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer buffer = ByteBuffer.allocate(DIGEST_CHUNK);
            while (opened.channel().read(buffer) >= 0) {
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

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
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

    /** What a digest is the digest of: another file never has that of this one, though it has its place on the disk. */
    private record Hashed(JobId job, int index, Identity identity) {}

    /** The last digests asked for; one that is being computed is computed once. */
    private static final class Digests {
        private final Map<Hashed, CompletableFuture<String>> kept = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Hashed, CompletableFuture<String>> eldest) {
                return size() > DIGESTS_KEPT;
            }
        };

        CompletionStage<String> of(Hashed key, Supplier<CompletableFuture<String>> compute) {
            CompletableFuture<String> known = get(key, compute);
            return known.whenComplete((digest, failure) -> forget(key, failure));
        }

        private synchronized CompletableFuture<String> get(Hashed key, Supplier<CompletableFuture<String>> compute) {
            return kept.computeIfAbsent(key, absent -> compute.get());
        }

        private synchronized void forget(Hashed key, @Nullable Throwable failure) {
            if (failure != null) kept.remove(key);
        }
    }
}
