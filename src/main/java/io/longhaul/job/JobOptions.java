package io.longhaul.job;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of BITS that few jobs have (BITS_JOB_PROPERTY_ID, SetPeerCachingFlags, SetFileACLFlags), and a deadline,
 * which is ours.
 *
 * @param deadline when a job that is not done is given up; null: never
 */
public record JobOptions(
        List<Mode> modes,
        List<PeerCachingFlag> peerCaching,
        List<FileAclFlag> fileAcls,
        @Nullable Instant deadline) {
    public static final JobOptions USUAL = new JobOptions(List.of(), List.of(), List.of(), null);

    public JobOptions {
        modes = sorted(Mode.class, modes);
        peerCaching = sorted(PeerCachingFlag.class, peerCaching);
        fileAcls = sorted(FileAclFlag.class, fileAcls);
    }

    /** What is transferred, and how. */
    public enum Mode {
        /** Straight into the destination, and nothing of it is kept on a crash. */
        HIGH_PERFORMANCE,
        /** Never gone on with in the middle. */
        DYNAMIC_CONTENT,
        /** Nothing but the parts that are asked for. */
        ON_DEMAND,
        /** The headers of answers are kept; ours, because they make a journal long. */
        KEEP_RESPONSE_HEADERS
    }

    /** Kept and shown; peers do not serve one another here. */
    public enum PeerCachingFlag {
        ENABLE_PEERCACHING_CLIENT,
        ENABLE_PEERCACHING_SERVER,
        DISABLE_BRANCH_CACHE
    }

    /** Kept and shown; BITS copies them with files of SMB, which are none here. */
    public enum FileAclFlag {
        OWNER,
        GROUP,
        DACL,
        SACL
    }

    public boolean has(Mode mode) {
        return modes.contains(mode);
    }

    private static <E extends Enum<E>> List<E> sorted(Class<E> type, List<E> given) {
        EnumSet<E> once = EnumSet.noneOf(type);
        once.addAll(given);
        return List.copyOf(once);
    }
}
