package io.longhaul.job.file;

import io.longhaul.job.Owner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of a job: BG_FILE_INFO and BG_FILE_PROGRESS.
 *
 * @param index its place in the job, from 0; files are transferred in this order
 * @param source what the owner asked for
 * @param folder the owner who added it: the local name lies below this owner's folder
 * @param version of the remote file whose bytes are held
 * @param bytesTotal of the local file when it is whole: for a ranged file the bytes of its ranges; null: not known
 * @param bytesHeld bytes that are on disk for sure, from the start of the local file without a gap
 * @param heldBy the run (the number of the slice that started it) whose temporary file holds them; 0: none does
 * @param resumable whether the server can go on in the middle; null: not known yet
 * @param transferred all bytes are on disk, and verified where a checksum was given
 * @param available BITS's Completed: renamed to its final name
 */
public record JobFile(
        int index,
        FileSource source,
        Owner folder,
        RemoteVersion version,
        @Nullable Long bytesTotal,
        long bytesHeld,
        long heldBy,
        @Nullable Boolean resumable,
        boolean transferred,
        boolean available) {

    public static JobFile fresh(int index, FileSource source, Owner folder) {
        return new JobFile(
                index, source, folder, RemoteVersion.UNKNOWN, source.rangesLength(), 0, 0, null, false, false);
    }

    public String remoteName() {
        return source.remoteName();
    }

    public String localName() {
        return source.localName();
    }

    public List<ByteRange> ranges() {
        return source.ranges();
    }

    /** The server answered: this is the version, and so much of the file there will be. */
    public JobFile opened(RemoteVersion seen, @Nullable Long total, @Nullable Boolean canResume) {
        return new JobFile(index, source, folder, seen, total, bytesHeld, heldBy, canResume, transferred, available);
    }

    /** So many bytes are on disk now, in the temporary file of that run. */
    public JobFile held(long bytes, long run) {
        return new JobFile(index, source, folder, version, bytesTotal, bytes, run, resumable, transferred, available);
    }

    /** Nothing is held any more, and nothing is known of the remote file. */
    public JobFile restarted() {
        return fresh(index, source, folder);
    }

    public JobFile asTransferred(RemoteVersion seen, long bytes, long run, @Nullable Boolean canResume) {
        return new JobFile(index, source, folder, seen, bytes, bytes, run, canResume, true, available);
    }

    public JobFile asAvailable() {
        return new JobFile(index, source, folder, version, bytesTotal, bytesHeld, heldBy, resumable, transferred, true);
    }
}
