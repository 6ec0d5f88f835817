package io.longhaul.job.file;

import org.jspecify.annotations.Nullable;

/**
 * What the remote server said of the version of a file that it serves: two versions are never mixed in one local file.
 *
 * @param etag the ETag header as sent, weak ones with their {@code W/}
 * @param lastModified the Last-Modified header as sent
 * @param size bytes of the whole remote file, where the server told
 */
public record RemoteVersion(
        @Nullable String etag,
        @Nullable String lastModified,
        @Nullable Long size) {
    public static final RemoteVersion UNKNOWN = new RemoteVersion(null, null, null);

    /** Whether the two can be the same version: nothing that both tell differs. */
    public boolean agreesWith(RemoteVersion other) {
        return agree(etag, other.etag) && agree(lastModified, other.lastModified) && agree(size, other.size);
    }

    /**
     * Whether the two are the same version on two servers, as far as BITS can tell: both give the same time and the same
     * size. An ETag says nothing there.
     */
    public boolean isSameElsewhere(RemoteVersion other) {
        return lastModified != null
                && lastModified.equals(other.lastModified)
                && size != null
                && size.equals(other.size);
    }

    /** What goes into If-Range: a strong ETag, else the date; null where the server gave neither. */
    public @Nullable String validator() {
        return etag != null && !etag.startsWith("W/") ? etag : lastModified;
    }

    private static boolean agree(@Nullable Object one, @Nullable Object other) {
        return one == null || other == null || one.equals(other);
    }
}
