package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_FILE_NOT_FOUND;
import static io.longhaul.job.BitsError.BG_E_INSUFFICIENT_RANGE_SUPPORT;
import static io.longhaul.job.BitsError.BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED;
import static io.longhaul.job.BitsError.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD;
import static io.longhaul.job.BitsError.BG_E_RANDOM_ACCESS_NOT_SUPPORTED;
import static io.longhaul.job.BitsError.BG_E_REMOTE_FILE_CHANGED;
import static io.longhaul.job.BitsError.BG_E_VALIDATION_FAILED;
import static io.longhaul.job.BitsError.DO_E_DOWNLOAD_NO_PROGRESS;
import static io.longhaul.job.BitsError.ERROR_TIMEOUT;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CONNECTION_ERROR;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_REDIRECT_FAILED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_CERT_REV_FAILED;
import static io.longhaul.job.BitsError.E_FAIL;
import static io.longhaul.job.BitsError.WSAETIMEDOUT;
import static io.longhaul.job.ErrorContext.GENERAL_TRANSPORT;
import static io.longhaul.job.ErrorContext.LOCAL_FILE;
import static io.longhaul.job.ErrorContext.REMOTE_FILE;

import io.longhaul.job.BitsError;
import io.longhaul.job.JobOptions;
import io.longhaul.job.TransferReport;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.RemoteHost;
import io.longhaul.job.file.RemoteName;
import io.longhaul.job.file.RemoteVersion;
import io.longhaul.job.http.RedirectPolicy;
import io.longhaul.transfer.Connections.Exchange;
import io.longhaul.transfer.HttpSession.Way;
import io.longhaul.transfer.Kerberos.LoginFailed;
import io.longhaul.transfer.StoreFolders.Folder;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One file of a run: from what older runs have left of it to its last byte on disk, verified. */
final class FileDownload {
    /** A file that changes again and again is left alone until the next retry. */
    private static final int MOST_RESTARTS = 5;

    /** A server may answer with less than it was asked for, but not crumb by crumb. */
    private static final int MOST_CRUMBS = 100;

    private static final int CRUMB = 64 * 1024;

    /** Up to this length a file is expected to be here in no time. */
    private static final int SMALL = 64 * 1024;

    /** For less it is not worth opening a file once more. */
    private static final int PAST_CACHE_FROM = 8 << 20;

    /** After so many reads in a row that a small buffer would have held, a large one is for somebody else. */
    private static final int MOST_POOR = 32;

    private final DownloadRun run;
    private final EngineParts parts;
    private final HttpSession http;
    private final TransferSettings settings;
    private final Line line;
    private final FileReports reports;
    private final long mostBytes;

    private JobFile file;
    private @Nullable Folder folder;
    private @Nullable TempFile temp;
    private volatile @Nullable Checkpoints checkpoints;
    /** Of all bytes of the file, where they have all come in this run and from the front; null: it is read at its end. */
    private @Nullable Hashes hashes;

    /** Of the present body. */
    private @Nullable Hashes bodyHashes;

    /** Where the next byte goes, in a file that is not fetched from the front. */
    private long position;

    private int restarts;
    private int crumbs;

    /** Whether the server's ranges are of no use, as this run has seen: then the file is fetched as a whole. */
    private boolean withoutRanges;

    /** Whom it talks to, or talked to last. */
    private @Nullable String host;

    private Way way = Way.STRAIGHT;

    /**
     * A file that is not transferred yet.
     *
     * @param http how the run speaks to servers
     * @param mostBytes more than so many bytes of it are too many; {@link Long#MAX_VALUE}: no limit
     */
    FileDownload(DownloadRun run, EngineParts parts, HttpSession http, Line line, JobFile file, long mostBytes) {
        this.run = run;
        this.parts = parts;
        this.http = http;
        this.settings = parts.settings();
        this.line = line;
        this.file = file;
        this.mostBytes = mostBytes;
        this.reports = new FileReports(run::report, run.number(), file.index(), file.bytesHeld(), System.nanoTime());
    }

    /**
     * Does all that is to be done. Where it fails, what has arrived is on disk and told.
     *
     * @return null: all that was asked for of the file is here, but not the file
     * @throws TransferFailed where it cannot go on; also where the run was stopped
     * @throws HostIsFull where the file, or a redirect, leads to a host without a free connection
     */
    TransferReport.@Nullable FileFinished transfer() throws TransferFailed, HostIsFull {
        try {
            folder = parts.files().folderFor(file);
            try {
                takeOver();
                return fetch();
            } catch (TransferFailed problem) {
                TransferFailed failed = withoutWayOut(problem);
                blame(failed);
                leave(failed);
                throw failed;
            } catch (HostIsFull | IOException end) {
                leave(end);
                throw end;
            } finally {
                reports.close();
                try {
                    closeTemp();
                } finally {
                    folder().close();
                }
            }
        } catch (IOException problem) {
            throw new TransferFailed(parts.files().failure(problem), problem);
        }
    }

    /** The clock, on its own thread. */
    void tick(long now) {
        reports.tick(now);
        Checkpoints present = checkpoints;
        if (present != null) present.tick(now);
    }

    /** Bytes of the file that are here. */
    long held() {
        return file.bytesHeld();
    }

    private boolean is(JobOptions.Mode mode) {
        return run.spec().is(mode);
    }

    private void takeOver() throws IOException {
        if (file.bytesHeld() == 0) return;
        long toldBy = file.heldBy();
        use(parts.files().takeOver(folder(), run.jobId(), file, run.number()), toldBy == run.number());
        BitsError reason = temp == null
                ? BG_E_FILE_NOT_FOUND
                : TransferPlan.cannotGoOn(file).orElse(null);
        if (reason == null && is(JobOptions.Mode.DYNAMIC_CONTENT) && !file.holdsAll())
            reason = BG_E_INSUFFICIENT_RANGE_SUPPORT;
        if (reason == null && !usualMethod()) reason = BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD;
        if (reason != null) startAgain(reason);
    }

    private TransferReport.@Nullable FileFinished fetch() throws TransferFailed, HostIsFull, IOException {
        while (true) {
            switch (TransferPlan.next(file, run.spec().requireRanges() && usualMethod() && !withoutRanges)) {
                case TransferPlan.Finish all -> {
                    run.fetched();
                    return finish();
                }
                case TransferPlan.Rest nothingAsked -> {
                    run.fetched();
                    Checkpoints present = checkpoints;
                    if (present != null) present.settle();
                    return null;
                }
                case TransferPlan.Request request -> {
                    try (Exchange exchange = follow(request)) {
                        take(exchange, request);
                    }
                }
            }
        }
    }

    private void take(Exchange exchange, TransferPlan.Request request) throws TransferFailed, IOException {
        Answer answer = exchange.answer();
        boolean requireRanges = run.spec().requireRanges();
        switch (TransferPlan.judge(
                file, request, answer, requireRanges, parts.clock().instant())) {
            case TransferPlan.Take take -> receive(exchange, request, take, answer);
            case TransferPlan.Whole whole -> file = whole.file();
            case TransferPlan.StartAgain again -> {
                skipBody(exchange);
                startAgain(again.reason());
                if (again.reason() == BG_E_INSUFFICIENT_RANGE_SUPPORT) doWithoutRanges();
                if (++restarts > MOST_RESTARTS)
                    throw new TransferFailed(Failure.transientOf(
                            REMOTE_FILE, BG_E_REMOTE_FILE_CHANGED, "The remote file changes again and again."));
            }
            case TransferPlan.Refuse refuse -> {
                skipBody(exchange);
                JobFile known = refuse.known();
                if (known != null) tell(known, false);
                throw new TransferFailed(refuse.failure());
            }
        }
    }

    /** The next request is for the whole, or for the first part that is wanted; where another has to follow there is no way. */
    private void doWithoutRanges() throws TransferFailed {
        BitsError problem = file.pieces() == null ? BG_E_INSUFFICIENT_RANGE_SUPPORT : BG_E_RANDOM_ACCESS_NOT_SUPPORTED;
        if (withoutRanges) throw new TransferFailed(Failure.fatal(REMOTE_FILE, problem, problem.text()));
        withoutRanges = true;
    }

    /** Follows redirects until a server answers with something else. */
    private Exchange follow(TransferPlan.Request request) throws TransferFailed, HostIsFull {
        URI trusted = URI.create(file.trustedOrigin());
        Redirects hops = http.hopsFrom(URI.create(file.remoteName()));
        String method = run.spec().httpOptions().method();
        while (true) {
            String next = RemoteHost.of(hops.present());
            run.moveTo(next);
            host = next;
            way = http.wayTo(hops.present());
            Exchange exchange = ask(request, method, hops, Redirects.sameOrigin(trusted, hops.present()));
            Answer answer = exchange.answer();
            count(next, answer);
            if (!Redirects.isRedirect(answer.status())) {
                if (hops.followed() && policy() == RedirectPolicy.ALLOW_REPORT) tellOf(hops.present());
                return exchange;
            }
            try (exchange) {
                skipBody(exchange);
            }
            String problem = hops.follow(answer.location());
            if (problem == null && policy() == RedirectPolicy.DISALLOW) {
                tellOf(hops.present());
                problem = "The server redirects, and the job does not allow it.";
            }
            if (problem != null)
                throw new TransferFailed(Failure.fatal(REMOTE_FILE, ERROR_WINHTTP_REDIRECT_FAILED, problem));
            method = Redirects.methodAfter(answer.status(), method);
        }
    }

    /** A proxy may say what it likes for a server, and a job may name a proxy of its own: that is no word of the host's. */
    private void count(String asked, Answer answer) {
        if (way == Way.PROXY) run.hostNotAsked();
        else if (parts.answers().answered(asked, answer, parts.clock().instant()) == HostAnswers.Outcome.GOOD)
            run.answeredWell();
    }

    private RedirectPolicy policy() {
        return run.spec().httpOptions().redirectPolicy();
    }

    private boolean usualMethod() {
        return run.spec().httpOptions().hasUsualMethod();
    }

    /** The file has another remote name from now on, unless that could not be one. */
    private void tellOf(URI target) {
        String name = target.toString();
        if (RemoteName.problem(name).isPresent()) return;
        file = file.renamed(name);
        run.report(List.of(new TransferReport.Redirected(run.number(), file.index(), name)));
    }

    private Exchange ask(TransferPlan.Request request, String method, Redirects hops, boolean sameOrigin)
            throws TransferFailed {
        try {
            return http.send(request, method, hops.present(), sameOrigin, line);
        } catch (TransferFailed problem) {
            if (problem.getCause() instanceof ForbiddenAddressException && hops.followed())
                throw new TransferFailed(
                        Failure.fatal(
                                REMOTE_FILE,
                                ERROR_WINHTTP_REDIRECT_FAILED,
                                "The server redirects to a host that may not be fetched from."),
                        problem);
            throw explained(problem);
        }
    }

    /** What is wrong with the connection is held against the host, unless it is a proxy's or somebody stopped the run. */
    private void blame(TransferFailed failed) {
        boolean connection = failed.failure().context() == GENERAL_TRANSPORT;
        if (host == null || !connection || failed instanceof LoginFailed || line.isStopped()) return;
        // Who does not tell what is revoked is the certificate's authority
        boolean authority = failed.failure().cause() == ERROR_WINHTTP_SECURE_CERT_REV_FAILED;
        if (way == Way.STRAIGHT && !authority)
            parts.answers().broken(host, parts.clock().instant());
        else run.hostNotAsked();
    }

    private TransferFailed withoutWayOut(TransferFailed problem) {
        return parts.wayOut().explains(problem.failure(), host)
                ? new TransferFailed(Failure.disconnected(), problem)
                : problem;
    }

    /** An error that follows from cutting the line is not the error that counts. */
    private TransferFailed explained(TransferFailed problem) {
        Line.Cut cut = line.cut();
        return cut == null ? problem : new TransferFailed(ofCut(cut), problem);
    }

    private Failure ofCut(Line.Cut cut) {
        return switch (cut) {
            case BLOCKED ->
                line.blockedBy()
                        .map(limit -> Failure.blocked(limit, parts.throttles()))
                        .orElseThrow();
            case DISCONNECTED -> Failure.disconnected();
            case STOPPED -> Failure.transientOf(GENERAL_TRANSPORT, ERROR_WINHTTP_CONNECTION_ERROR, "Stopped.");
            case CONNECT_TIMEOUT ->
                timeout(
                        WSAETIMEDOUT,
                        "No connection came about",
                        settings.connectTimeout().multipliedBy(Line.CONNECT_STEPS));
            case RESPONSE_TIMEOUT -> timeout(ERROR_TIMEOUT, "No answer came", settings.responseTimeout());
            case STALLED ->
                timeout(
                        DO_E_DOWNLOAD_NO_PROGRESS,
                        "Fewer than " + StallWindow.SLOWEST_BYTES + " bytes came",
                        settings.stallTimeout());
        };
    }

    private static Failure timeout(BitsError kind, String what, Duration limit) {
        String length = limit.toSeconds() > 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
        return Failure.timeout(kind, what + " within " + length + ".");
    }

    private static void skipBody(Exchange exchange) {
        try {
            exchange.skipBody();
        } catch (IOException brokenOff) {
            // then this connection is not used again, which is all that the body was read for
        }
    }

    private void receive(Exchange exchange, TransferPlan.Request request, TransferPlan.Take take, Answer answer)
            throws TransferFailed, IOException {
        if (take.restart() != null) startAgain(take.restart());
        file = told(take.file(), exchange, answer);
        if (withoutRanges && request.range() == null) file = file.opened(file.version(), file.bytesTotal(), false);
        Long wanted = file.bytesWanted();
        if (wanted != null && wanted > mostBytes) throw tooLarge();
        if (temp == null) use(create(), false);
        if (file.pieces() != null) beginPiece(answer.isPart() ? request : null);
        else if (file.bytesHeld() == 0) hashes = hashesOf(Hashes.expectedOf(file));
        Checksum content = DigestField.strongest(answer.contentDigest());
        bodyHashes = content == null ? null : new Hashes(List.of(content));
        Long total = file.bytesTotal();
        tell(file, total != null && total <= SMALL);
        long length = take.length() == null ? Body.ANY_LENGTH : take.length();
        copy(new Body(exchange, open(exchange), length, line));
        if (take.length() == null) {
            file = file.opened(file.version(), file.bytesHeld(), file.resumable());
        } else {
            checkEnd(exchange, answer.contentLength() != null);
            checkCrumb(take.length());
        }
        if (bodyHashes != null && !bodyHashes.match()) throw notAsExpected();
        bodyHashes = null;
        exchange.bodyRead();
        line.idle();
    }

    private void tell(JobFile opened, boolean small) {
        reports.opened(
                new TransferReport.FileOpened(
                        run.number(),
                        opened.index(),
                        opened.version(),
                        opened.bytesTotal(),
                        opened.resumable(),
                        opened.marks().digest(),
                        opened.marks().responseHeaders()),
                small,
                System.nanoTime());
    }

    /** What else the answer tells: a digest of the whole file, and its headers, where the job keeps them. */
    private JobFile told(JobFile opened, Exchange exchange, Answer answer) {
        Checksum digest = opened.ranges().isEmpty() ? DigestField.strongest(answer.reprDigest()) : null;
        String headers = is(JobOptions.Mode.KEEP_RESPONSE_HEADERS) ? exchange.headers() : null;
        if (digest == null && headers == null) return opened;
        return opened.told(digest == null ? opened.marks().digest() : digest, headers);
    }

    private static @Nullable Hashes hashesOf(List<Checksum> expected) {
        return expected.isEmpty() ? null : new Hashes(expected);
    }

    /**
     * While a folder is empty another node that makes the same one may put its own in its place: then that one is opened.
     * With a file in it nobody does.
     */
    private TempFile create() throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return createInFolder();
            } catch (NoSuchFileException replaced) {
                if (tries == StoreFolders.TRIES) throw replaced;
                Folder gone = folder();
                folder = parts.files().folderFor(file);
                gone.close();
            }
        }
    }

    private TempFile createInFolder() throws IOException {
        return is(JobOptions.Mode.HIGH_PERFORMANCE)
                ? parts.files().createInPlace(folder(), file)
                : parts.files().create(folder(), run.jobId(), file, run.number());
    }

    /**
     * The bytes that come go to their own offset, and what is told of them is that part.
     *
     * @param part what was asked for; null: the file comes from its first byte on
     */
    private void beginPiece(TransferPlan.@Nullable Request part) throws IOException {
        Checkpoints before = checkpoints;
        if (before != null) before.settle();
        long first = part == null || part.first() == null ? 0 : part.first();
        long held = file.bytesHeld();
        position = first;
        writable().position(first);
        checkpoints = checkpoints(writable(), held, total -> reports.pieceOnDisk(new ByteRange(first, total - held)));
    }

    private InputStream open(Exchange exchange) throws TransferFailed {
        try {
            return exchange.body();
        } catch (IOException problem) {
            throw broken(problem);
        }
    }

    private void copy(Body body) throws TransferFailed, IOException {
        ByteBuffer small = parts.buffers().small();
        try {
            copy(body, small);
        } finally {
            parts.buffers().giveBack(small);
        }
    }

    private void copy(Body body, ByteBuffer small) throws TransferFailed, IOException {
        line.receivingBody(System.nanoTime());
        while (!body.over()) {
            if (step(body, small) < ReadBuffers.SMALL || body.over()) continue;
            ByteBuffer large = parts.buffers().larger(small, body.mayBeReadDirectly());
            if (large.capacity() == small.capacity()) continue; // all are lent
            try {
                // The end of a body is not worth a change of threads
                if (body.left() < ReadBuffers.LARGE) copyMuch(body, large);
                else apart(() -> copyPastCache(body, large));
            } finally {
                parts.buffers().giveBack(large);
            }
        }
    }

    private void copyPastCache(Body body, ByteBuffer large) throws TransferFailed, IOException {
        boolean worthIt = settings.directIo() && body.left() >= PAST_CACHE_FROM;
        ByteBuffer ring = worthIt ? parts.rings().lend() : null;
        if (ring == null) {
            copyMuch(body, large);
            return;
        }
        TempFile written = writable();
        try (Closeable afterwards = written::writeByCache) {
            written.writePastCache(ring);
            copyMuch(body, large);
        } finally {
            parts.rings().giveBack(ring);
        }
    }

    /** Goes on with a large buffer for as long as one is worth it. */
    private void copyMuch(Body body, ByteBuffer large) throws TransferFailed, IOException {
        ByteBuffer ahead = parts.buffers().small();
        if (body.isBehindTls()) ahead = parts.buffers().larger(ahead, false);
        body.readAheadInto(ahead);
        try {
            for (int poor = 0; poor <= MOST_POOR && !body.over(); )
                poor = step(body, large) < ReadBuffers.SMALL ? poor + 1 : 0;
        } finally {
            body.readAheadInto(null);
            parts.buffers().giveBack(ahead);
        }
    }

    /**
     * Does it on a thread of the system's. A virtual thread that has to wait for a fast network every few microseconds
     * spends more on being parked and woken than on the bytes. Only who holds a large buffer does this, so there are as few
     * of these threads as of those. Until it is over the other thread has this file's state.
     */
    private void apart(Apart.Work<TransferFailed> copying) throws TransferFailed, IOException {
        Apart.run(parts.platform(), TransferFailed.class, copying);
    }

    /** Reads once and keeps what came; returns how many bytes. */
    private int step(Body body, ByteBuffer buffer) throws TransferFailed, IOException {
        long atOnce = Math.max(1, settings.checkpointBytes() / 2); // see Checkpoints: the other half is under way
        int most = (int) Math.min(Math.min(buffer.capacity(), body.left()), atOnce);
        buffer.clear().limit(run.pace().atOnce(most));
        int count = read(body, buffer);
        if (count == 0) return 0;
        keep(buffer.flip());
        run.pace().took(count, line);
        if (line.cut() != null) throw broken(null);
        return count;
    }

    private int read(Body body, ByteBuffer buffer) throws TransferFailed {
        try {
            return body.read(buffer);
        } catch (IOException problem) {
            throw broken(problem);
        }
    }

    private void keep(ByteBuffer received) throws TransferFailed, IOException {
        int count = received.remaining();
        parts.bytes().add(count);
        int room = (int) Math.min(count, mostBytes - file.bytesHeld());
        received.limit(room);
        Checkpoints present = checkpoints;
        if (present != null) present.makeRoom(room);
        if (hashes != null) hashes.update(received);
        if (bodyHashes != null) bodyHashes.update(received);
        writable().write(received);
        file = file.pieces() == null
                ? file.held(file.bytesHeld() + room, run.number())
                : file.holding(new ByteRange(position, (long) room), run.number());
        position += room;
        if (present != null) present.wrote(file.bytesHeld());
        reports.received(file.bytesHeld(), System.nanoTime());
        if (room < count) throw tooLarge();
    }

    /** A body must end where it was said to. */
    private void checkEnd(Exchange exchange, boolean byLength) throws TransferFailed, IOException {
        boolean surplus;
        try {
            surplus = byLength ? exchange.hasSurplus() : exchange.body().read() >= 0;
        } catch (IOException problem) {
            throw broken(problem);
        }
        if (!surplus) return;
        startAgain(ERROR_WINHTTP_INVALID_SERVER_RESPONSE);
        throw new TransferFailed(Failure.transientOf(
                GENERAL_TRANSPORT,
                ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
                "The remote server sent more than the length that it told."));
    }

    private void checkCrumb(long length) throws TransferFailed {
        boolean whole = file.bytesTotal() != null && file.bytesHeld() == file.bytesTotal();
        boolean inParts = !file.ranges().isEmpty() || file.pieces() != null;
        if (whole || length >= CRUMB || inParts || ++crumbs <= MOST_CRUMBS) return;
        throw new TransferFailed(Failure.transientOf(
                GENERAL_TRANSPORT,
                ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
                "The remote server answers with a small part of what it is asked for, again and again."));
    }

    private TransferFailed broken(@Nullable IOException problem) {
        Line.Cut cut = line.cut();
        if (cut != null) return new TransferFailed(ofCut(cut), problem);
        if (problem != null)
            return new TransferFailed(FailureKind.ofConnection(problem, FailureKind.Phase.TALKING), problem);
        return new TransferFailed(Failure.transientOf(
                GENERAL_TRANSPORT,
                ERROR_WINHTTP_CONNECTION_ERROR,
                "The connection was closed before the file was whole."));
    }

    private static TransferFailed tooLarge() {
        return new TransferFailed(Failure.fatal(
                REMOTE_FILE, BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED, BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED.text()));
    }

    private TransferReport.FileFinished finish() throws TransferFailed, IOException {
        if (temp == null) use(create(), false);
        TempFile whole = writable();
        Checkpoints present = checkpoints;
        if (present != null) present.finish();
        else whole.force();
        if (whole.size() != file.bytesHeld()) {
            startAgain(E_FAIL);
            throw new TransferFailed(
                    Failure.transientOf(LOCAL_FILE, E_FAIL, "The temporary file has another length than was written."));
        }
        verify(whole);
        if (is(JobOptions.Mode.HIGH_PERFORMANCE))
            parts.files().finishInPlace(folder(), run.jobId(), file, run.number());
        RemoteVersion version = file.version();
        if (version.size() == null && file.ranges().isEmpty())
            version = new RemoteVersion(version.etag(), version.lastModified(), file.bytesHeld());
        parts.filesFinished().increment();
        return new TransferReport.FileFinished(
                run.number(),
                file.index(),
                version,
                file.bytesHeld(),
                file.resumable(),
                file.marks().responseHeaders());
    }

    private void verify(TempFile whole) throws TransferFailed, IOException {
        Hashes seen = hashes;
        if (seen == null) {
            seen = hashesOf(Hashes.expectedOf(file));
            if (seen == null) return;
            ByteBuffer buffer = parts.buffers().larger(parts.buffers().small(), false);
            try {
                if (!whole.read(seen, buffer, line::isStopped)) throw broken(null);
            } finally {
                parts.buffers().giveBack(buffer);
            }
        }
        if (!seen.match()) throw notAsExpected();
    }

    private TransferFailed notAsExpected() throws IOException {
        startAgain(BG_E_VALIDATION_FAILED);
        return new TransferFailed(Failure.fatal(REMOTE_FILE, BG_E_VALIDATION_FAILED, BG_E_VALIDATION_FAILED.text()));
    }

    /** Nothing is held any more. The next bytes go into a new file: see {@link TempFile}. */
    private void startAgain(BitsError reason) throws IOException {
        Checkpoints present = checkpoints;
        if (present != null) present.abandon();
        checkpoints = null;
        TempFile old = temp;
        temp = null;
        hashes = null;
        bodyHashes = null;
        file = file.restarted();
        reports.restarted(reason);
        if (old != null) old.delete();
    }

    private void use(@Nullable TempFile opened, boolean told) {
        temp = opened;
        if (opened == null) return;
        // Of a file that is written in place nothing is kept before it is whole
        if (!is(JobOptions.Mode.HIGH_PERFORMANCE))
            checkpoints = checkpoints(opened, told ? file.bytesHeld() : -1, reports::onDisk);
    }

    private Checkpoints checkpoints(TempFile written, long told, LongConsumer onDisk) {
        return new Checkpoints(
                written,
                file.bytesHeld(),
                told,
                settings.checkpointBytes(),
                settings.checkpointInterval().toNanos(),
                DiskForce.threads(),
                onDisk,
                System.nanoTime());
    }

    /** Whatever ends the run, what has arrived is not to be fetched again. */
    private void leave(Exception end) {
        Checkpoints present = checkpoints;
        TempFile left = temp;
        if (present == null || left == null) return;
        try {
            if (file.bytesHeld() > 0) {
                present.settle();
            } else {
                present.abandon();
                left.delete();
            }
        } catch (IOException problem) {
            boolean saidAlready =
                    end instanceof IOException told && FailedBefore.origin(told).equals(FailedBefore.origin(problem));
            if (!saidAlready) end.addSuppressed(problem);
        }
    }

    private void closeTemp() throws IOException {
        Checkpoints present = checkpoints;
        if (present != null) present.abandon();
        if (temp != null) temp.close();
    }

    private Folder folder() {
        if (folder == null) throw new IllegalStateException("The folder is not open");
        return folder;
    }

    private TempFile writable() {
        if (temp == null) throw new IllegalStateException("No file is open");
        return temp;
    }
}
