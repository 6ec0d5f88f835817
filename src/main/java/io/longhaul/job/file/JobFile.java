package io.longhaul.job.file;

import io.longhaul.job.Owner;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of a job: BG_FILE_INFO and BG_FILE_PROGRESS.
 *
 * @param index its place in the job, from 0; files are transferred in this order
 * @param source what the owner asked for
 * @param folder the owner who added it: the local name lies below this owner's folder
 * @param version of the remote file whose bytes are held
 * @param bytesTotal of the local file when it is whole: for a ranged file the bytes of its ranges; null: not known
 * @param bytesHeld bytes that are on disk for sure: from the start of the local file without a gap, or as its pieces say
 * @param heldBy the run (the number of the slice that started it) whose temporary file holds them; 0: none does
 * @param resumable whether the server can go on in the middle; null: not known yet
 * @param transferred all bytes are on disk, and verified where a checksum was given
 * @param available BITS's Completed: renamed to its final name
 * @param marks what only few files have; {@link FileMarks#NONE} for most
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
        boolean available,
        FileMarks marks) {

    /** What an older version has written has no marks. */
    @SuppressWarnings("ConstantValue")
    public JobFile {
        if (marks == null) marks = FileMarks.NONE;
    }

    public static JobFile fresh(int index, FileSource source, Owner folder) {
        return fresh(index, source, folder, FileMarks.NONE);
    }

    private static JobFile fresh(int index, FileSource source, Owner folder, FileMarks marks) {
        return new JobFile(
                index, source, folder, RemoteVersion.UNKNOWN, source.rangesLength(), 0, 0, null, false, false, marks);
    }

    /** The URL that it is, or was, fetched from. */
    public String remoteName() {
        return marks.source() == 0 ? source.remoteName() : source.fallbacks().get(marks.source() - 1);
    }

    /** {@code name:port} of the remote host that it is fetched from. */
    public String host() {
        return RemoteHost.of(remoteName());
    }

    /** {@code scheme://name:port} as the owner named it, wherever a redirect led since: whom his secrets are for. */
    public String trustedOrigin() {
        String named = marks.origins().get(marks.source());
        return named == null ? RemoteName.origin(remoteName()) : named;
    }

    public String localName() {
        return source.localName();
    }

    public List<ByteRange> ranges() {
        return source.ranges();
    }

    /** The parts that are wanted of it; null: it is fetched from the front. */
    public @Nullable Pieces pieces() {
        return marks.pieces();
    }

    /** Whether there is nothing more to do for it. */
    public boolean settled() {
        return transferred || marks.skipped();
    }

    /** Whether a run has something to do for it. */
    public boolean wanted() {
        if (settled()) return false;
        Pieces parts = marks.pieces();
        return parts == null || holdsAll() || parts.next(version.size()).isPresent();
    }

    /** Whether all bytes are held, be they verified or not. */
    public boolean holdsAll() {
        return bytesTotal != null && bytesTotal == bytesHeld;
    }

    /** Whether so many bytes are more of it than there ever were: those that come once more are no progress. */
    public boolean isFurther(long bytes) {
        Reach reach = marks.reach();
        return bytes > bytesHeld && (reach == null || bytes > reach.bytes());
    }

    /** How many bytes of it there will be where no more is asked for; null: not known. */
    public @Nullable Long bytesWanted() {
        Pieces parts = marks.pieces();
        Long size = version.size();
        return parts == null || size == null ? bytesTotal : Long.valueOf(parts.wanted(size));
    }

    /** The length that its temporary file has at least. */
    public long extent() {
        Pieces parts = marks.pieces();
        return parts == null ? bytesHeld : parts.end();
    }

    /** The server answered: this is the version, and so much of the file there will be. */
    public JobFile opened(RemoteVersion seen, @Nullable Long total, @Nullable Boolean canResume) {
        return new JobFile(
                index, source, folder, seen, total, bytesHeld, heldBy, canResume, transferred, available, marks);
    }

    /** What else the answer said: a digest of the content, its headers. */
    public JobFile told(@Nullable Checksum digest, @Nullable String headers) {
        return with(marks.told(digest, headers));
    }

    /** The same, fetched from where a redirect led: whoever redirects does not choose who is trusted. */
    public JobFile renamed(String remoteName) {
        List<String> names = source.remoteNames();
        names.set(marks.source(), remoteName);
        String trusted = trustedOrigin();
        boolean elsewhere = !RemoteName.origin(remoteName).equals(trusted);
        return with(source.at(names), marks.redirected(elsewhere ? trusted : null), resumable);
    }

    /** So many bytes are on disk now, in the temporary file of that run. */
    public JobFile held(long bytes, long run) {
        FileMarks after = bytes < bytesHeld ? marks.reaching(Reach.after(marks.reach(), bytesHeld)) : marks;
        return new JobFile(
                index, source, folder, version, bytesTotal, bytes, run, resumable, transferred, available, after);
    }

    /** That part is on disk too, in the temporary file of that run. */
    public JobFile holding(ByteRange piece, long run) {
        Pieces parts = marks.pieces();
        if (parts == null) throw new IllegalStateException("The file is fetched from the front");
        Pieces more = parts.plus(piece);
        return with(marks.with(more)).held(more.bytes(), run);
    }

    /** These parts are wanted of it, in this order. */
    public JobFile asking(List<ByteRange> asked) {
        Pieces parts = marks.pieces();
        List<ByteRange> onDisk =
                parts != null ? parts.held() : bytesHeld == 0 ? List.of() : List.of(new ByteRange(0, bytesHeld));
        return with(marks.with(new Pieces(asked, onDisk)));
    }

    /** All of it is wanted, and no part before another. */
    public JobFile fromTheFront() {
        return marks.pieces() == null ? this : asking(Pieces.WHOLE);
    }

    /** Only what is asked for is fetched of it, or all. */
    public JobFile onDemand(boolean demanded) {
        if (!demanded) return with(marks.with(null));
        return marks.pieces() == null ? asking(List.of()) : this;
    }

    /** Nothing is held any more, and nothing is known of the remote file. */
    public JobFile restarted() {
        return fresh(index, source, folder, marks.restarted());
    }

    /**
     * The same, as it counts for progress.
     *
     * @param reached how many bytes there were of it
     * @param afresh whether other bytes come now than those
     */
    public JobFile restarted(long reached, boolean afresh) {
        Reach reach = afresh ? Reach.afresh(marks.reach(), reached) : Reach.after(marks.reach(), reached);
        return fresh(index, source, folder, marks.restarted().reaching(reach));
    }

    /** It is fetched afresh, though it was, or may have been, here. */
    public JobFile rejected() {
        return restarted().with(marks.restarted().leavingFiles().reaching(null));
    }

    /** The owner wants it to be tried again. */
    public JobFile retried() {
        JobFile fresh = transferred ? rejected() : this;
        return fresh.with(
                fresh.marks.hopeful().at(0, bytesHeld > 0 && !transferred).skipped(false));
    }

    public JobFile skipped() {
        return with(marks.skipped(true));
    }

    public JobFile validated() {
        return with(marks.asValidated());
    }

    /**
     * From now on it is fetched from there.
     *
     * @param redirected the places of those that still are what a redirect gave
     */
    public JobFile renamed(List<String> remoteNames, List<Integer> redirected) {
        return remoteNames.equals(source.remoteNames())
                ? with(marks.confirmed(redirected))
                : elsewhere(source.at(remoteNames), marks.renamed(bytesHeld > 0, redirected));
    }

    /** Its URLs were changed after that run had begun, which may have left something of it on disk; 0: none ever has. */
    public JobFile renamedAfter(long run) {
        return run == 0 ? this : with(marks.leavingFiles().renamedAfter(run));
    }

    /** Whether what that run says is of this file, and not of the one that other URLs led to. */
    public boolean isOf(long run) {
        Long deaf = marks.renamedAfter();
        return deaf == null || run > deaf;
    }

    /**
     * Whether a run is still to fetch the file as it has begun to.
     *
     * @param begun the file as that run knows it
     */
    public boolean isFetchedAs(JobFile begun, long run) {
        if (transferred) return true;
        if (marks.skipped() || !isOf(run)) return false;
        Pieces asked = marks.pieces();
        Pieces known = begun.marks.pieces();
        if (asked == null || known == null) return asked == null && known == null;
        Optional<ByteRange> next = new Pieces(known.asked(), asked.held()).next(version.size());
        // One that has all it was to fetch ends by itself
        return next.isEmpty() || next.equals(asked.next(version.size()));
    }

    /**
     * The next attempt is made at that one of its URLs.
     *
     * @param refused whether the present one does not heal
     */
    public JobFile fetchedFrom(int place, boolean refused) {
        return elsewhere(source, (refused ? marks.refusing() : marks).at(place, bytesHeld > 0));
    }

    /** All of its URLs may be tried again. */
    public JobFile hopeful() {
        return marks.refused().isEmpty() ? this : with(marks.hopeful());
    }

    private JobFile elsewhere(FileSource from, FileMarks changed) {
        return with(from, changed, null);
    }

    private JobFile with(FileMarks changed) {
        return with(source, changed, resumable);
    }

    private JobFile with(FileSource from, FileMarks changed, @Nullable Boolean canResume) {
        return new JobFile(
                index,
                from,
                folder,
                version,
                bytesTotal,
                bytesHeld,
                heldBy,
                canResume,
                transferred,
                available,
                changed);
    }

    public JobFile asTransferred(RemoteVersion seen, long bytes, long run, @Nullable Boolean canResume) {
        return new JobFile(
                index,
                source,
                folder,
                seen,
                bytes,
                bytes,
                run,
                canResume,
                true,
                available,
                marks.pieces() == null && !marks.skipped() && marks.reach() == null && marks.renamedAfter() == null
                        ? marks
                        : marks.with(null).skipped(false).reaching(null).renamedAfter(null));
    }

    public JobFile asAvailable() {
        return new JobFile(
                index, source, folder, version, bytesTotal, bytesHeld, heldBy, resumable, transferred, true, marks);
    }
}
