package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_DESTINATION_LOCKED;
import static io.longhaul.job.BitsError.BG_E_FILE_NOT_FOUND;
import static io.longhaul.job.BitsError.E_ACCESSDENIED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.FileStore;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.StoreReport;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.RemoteVersion;
import io.longhaul.transfer.StoreFolders.Folder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The store")
class LocalFilesTest {
    private static final RemoteVersion VERSION = new RemoteVersion("\"1\"", "Sun, 06 Nov 1994 08:49:37 GMT", 3L);

    private static final JobId ANY = new JobId(new UUID(0, 1));
    private static final FileTime TOLD = FileTime.from(Instant.parse("1994-11-06T08:49:37Z"));
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    Path root;

    @TempDir
    Path outside;

    private final CountingDisk disk = new CountingDisk();
    private LocalFiles files;

    @BeforeEach
    void open() throws IOException {
        files = new LocalFiles(new StoreFolders(root, disk), Clock.fixed(Bench.NOW, ZoneOffset.UTC));
    }

    @AfterEach
    void close() {
        files.close();
    }

    private void restart() throws IOException {
        close();
        open();
    }

    /** A job whose files have these local names; all of them transferred by run 1, with 3 bytes each. */
    private Job transferred(String... localNames) throws IOException {
        Bench.Draft draft = Bench.draft();
        for (String name : localNames) draft.file("http://a/b", name);
        Job job = draft.job();
        for (JobFile file : job.files()) {
            JobFile whole = file.asTransferred(VERSION, 3, 1, true);
            write(job, whole, 1, "abc");
            job = Bench.withFile(job, whole);
        }
        return job;
    }

    private void write(Job job, JobFile file, long run, String text) throws IOException {
        try (Folder folder = files.folderFor(file);
                TempFile temp = files.create(folder, job.id(), file, run)) {
            temp.write(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
            temp.force();
        }
    }

    private StoreReport.Published publish(Job job) {
        return publish(job, false);
    }

    private StoreReport.Published publish(Job job, boolean again) {
        try {
            return files.publish(job, again).toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception problem) {
            throw new AssertionError(problem);
        }
    }

    private boolean discard(Job job) {
        try {
            return files.discard(job)
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS)
                    .allDeleted();
        } catch (Exception problem) {
            throw new AssertionError(problem);
        }
    }

    private List<String> names() {
        try (Stream<Path> walk = Files.walk(root.resolve("alice"))) {
            return walk.filter(path -> !Files.isDirectory(path))
                    .map(path -> root.resolve("alice").relativize(path).toString())
                    .sorted()
                    .toList();
        } catch (IOException problem) {
            throw new AssertionError(problem);
        }
    }

    private Path alice(String name) {
        return root.resolve("alice").resolve(name);
    }

    @Test
    void gives_files_their_final_names_and_their_servers_time() throws IOException {
        Job job = transferred("a", "maps/eu/b");
        assertEquals(new StoreReport.Published(List.of(0, 1), null, true), publish(job));
        assertEquals(List.of("a", "maps/eu/b"), names());
        assertEquals("abc", Files.readString(alice("a")));
        assertEquals(TOLD, Files.getLastModifiedTime(alice("maps/eu/b")));
        try (Stream<Path> staged = Files.list(root.resolve(".staging"))) {
            assertEquals(0, staged.count());
        }
    }

    @Test
    void replaces_a_file_that_is_there() throws IOException {
        Job job = transferred("a", "b", "c");
        Files.writeString(alice("a"), "older");
        Files.writeString(alice("c"), "older");
        assertEquals(new StoreReport.Published(List.of(0, 1, 2), null, true, List.of(0, 2)), publish(job));
        assertEquals("abc", Files.readString(alice("a")));
        assertEquals(new StoreReport.Published(List.of(0, 1, 2), null, true), publish(job, true), "nothing, this time");
    }

    @Test
    void publishes_a_file_that_was_given_twice_once() throws IOException {
        Job job = transferred("a", "b", "a");
        StoreReport.Published both = new StoreReport.Published(List.of(0, 1, 2), null, true);
        assertEquals(both, publish(job));
        assertEquals(List.of("a", "b"), names());
        try (FileStore.Opened opened = files.open(job.id(), job.files().get(2))) {
            assertTrue(opened.asPublished());
        }
        assertEquals(both, publish(job, true));
    }

    @Test
    void publishes_the_one_of_two_that_is_here() throws IOException {
        Job job = transferred("a", "a");
        Job half = Bench.withFile(
                job, JobFile.fresh(1, job.files().get(1).source(), Bench.ALICE).skipped());
        assertEquals(new StoreReport.Published(List.of(0), null, true), publish(half));
        assertEquals(List.of("a"), names());
    }

    @Test
    void says_the_same_when_asked_again_after_a_crash() throws IOException {
        Job job = transferred("a", "b");
        StoreReport.Published first = publish(job);
        assertEquals(first, publish(job, true));
        assertEquals(List.of("a", "b"), names());
    }

    /** The same, as its first Complete finds it where the database was restored and is older than the files. */
    @Test
    void knows_its_own_file_by_its_content_or_its_mark_without_any_word_of_a_crash() throws IOException {
        Job unverified = transferred("a", "b");
        Job job = Bench.withFile(unverified, verified(unverified.files().getFirst(), ABC));
        Files.writeString(alice("b"), "old");
        Files.setLastModifiedTime(alice("b"), TOLD);
        assertNull(publish(job).error());
        assertEquals(new StoreReport.Published(List.of(0, 1), null, true), publish(job));
        Job ofNoDate = undated("c");
        assertNull(publish(ofNoDate).error());
        assertEquals(new StoreReport.Published(List.of(0), null, true), publish(ofNoDate));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void does_not_take_an_older_file_of_the_same_length_for_one_that_is_lost(boolean again) throws IOException {
        for (Job job : List.of(transferred("a"), undated("a"), verified("a"))) {
            lose(job);
            Files.writeString(alice("a"), "old");
            assertLost(job, again);
        }
    }

    @Test
    void does_not_take_an_older_version_of_the_same_date_and_length_for_one_that_is_lost() throws IOException {
        publish(transferred("a"));
        Job job = transferred("a");
        lose(job);
        assertLost(job, false);
    }

    @Test
    void does_not_take_what_comes_to_something_else_for_one_that_is_lost() throws IOException {
        Job job = verified("a");
        lose(job);
        Files.writeString(alice("a"), "old");
        Files.setLastModifiedTime(alice("a"), TOLD);
        assertLost(job, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "abcd", ""})
    void gives_no_name_to_a_temporary_file_of_another_length(String text) throws IOException {
        Job job = transferred("a");
        Files.writeString(alice(names().getFirst()), text);
        assertLost(job, false);
        assertEquals(1, names().size());
        assertTrue(names().getFirst().startsWith("BIT-"));
    }

    private void assertLost(Job job, boolean again) {
        StoreReport.Published report = publish(job, again);
        assertEquals(List.of(), report.available());
        assertEquals(BG_E_FILE_NOT_FOUND, report.error().code());
        assertEquals(ErrorContext.LOCAL_FILE, report.error().context());
    }

    private void lose(Job job) throws IOException {
        for (String name : names()) if (name.startsWith("BIT-" + job.id())) Files.delete(alice(name));
    }

    private Job verified(String localName) throws IOException {
        Job job = transferred(localName);
        return Bench.withFile(job, verified(job.files().getFirst(), ABC));
    }

    private static JobFile verified(JobFile file, String sha256) {
        FileSource source = new FileSource(file.remoteName(), file.localName(), List.of(), sha256);
        return JobFile.fresh(file.index(), source, Bench.ALICE).asTransferred(VERSION, 3, 1, true);
    }

    /** Its server tells no date. */
    private Job undated(String localName) throws IOException {
        Job job = Bench.job("http://a/b", localName);
        JobFile whole = job.files().getFirst().asTransferred(new RemoteVersion("\"1\"", null, 3L), 3, 1, true);
        write(job, whole, 1, "abc");
        return Bench.withFile(job, whole);
    }

    @Test
    void does_not_take_another_file_for_one_that_is_lost() throws IOException {
        Job job = transferred("a", "b");
        for (String name : names()) if (name.contains("-1-1-")) Files.delete(alice(name));
        Files.writeString(alice("b"), "other");
        StoreReport.Published report = publish(job);
        assertEquals(List.of(0), report.available());
        assertEquals(BG_E_FILE_NOT_FOUND, report.error().code());
        assertEquals(1, report.error().fileIndex());
        assertEquals("other", Files.readString(alice("b")));
    }

    @Test
    void deletes_what_is_unfinished_once_the_rest_is_there() throws IOException {
        Job job = transferred("a", "b", "c/d");
        JobFile unfinished = JobFile.fresh(1, job.files().get(1).source(), Bench.ALICE)
                .opened(VERSION, 3L, true)
                .held(2, 1);
        Job partly = Bench.withFile(job, unfinished);
        write(partly, unfinished, 2, "x"); // of a run that was not heard of
        Job another = transferred("b");
        assertEquals(new StoreReport.Published(List.of(0, 2), null, true), publish(partly));
        assertEquals(3, names().size());
        assertTrue(names().stream().anyMatch(name -> name.contains(another.id().toString())));
    }

    /** They have the names of runs that were lost before the journal had heard of a byte. */
    @Test
    void deletes_what_runs_that_were_not_heard_of_any_more_have_left_beside_a_file_that_is_whole() throws IOException {
        Job job = transferred("a", "maps/b");
        for (JobFile file : job.files()) for (int run = 2; run < 4; run++) write(job, file, run, "x");
        Job another = transferred("a");
        assertEquals(
                new StoreReport.Published(List.of(0, 1), null, true), publish(Bench.withLeftovers(job, job.files())));
        assertEquals(3, names().size(), names()::toString);
        assertTrue(names().getFirst().contains(another.id().toString()));

        for (JobFile file : job.files()) write(job, file, 4, "x");
        List<JobFile> available = job.files().stream().map(JobFile::asAvailable).toList();
        assertTrue(discard(Bench.withLeftovers(job, available)));
        assertEquals(3, names().size(), names()::toString);
    }

    @Test
    void keeps_everything_where_a_rename_fails() throws IOException {
        Job job = transferred("a", "b", "c");
        Files.createDirectories(alice("b/inside"));
        StoreReport.Published report = publish(job);
        assertEquals(List.of(0), report.available());
        assertEquals(BG_E_DESTINATION_LOCKED, report.error().code());
        assertEquals(ErrorContext.LOCAL_FILE, report.error().context());
        assertEquals(1, report.error().fileIndex());
        assertEquals(Bench.NOW, report.error().at());
        assertFalse(report.allDeleted());
        Files.delete(alice("b/inside"));
        Files.delete(alice("b"));
        Job next = Bench.withFile(job, job.files().getFirst().asAvailable());
        assertEquals(new StoreReport.Published(List.of(0, 1, 2), null, true), publish(next));
        assertEquals(List.of("a", "b", "c"), names());
    }

    @Test
    void refuses_to_replace_a_link() throws IOException {
        Job job = transferred("a");
        Path target = Files.writeString(outside.resolve("target"), "secret");
        Files.createSymbolicLink(alice("a"), target);
        StoreReport.Published report = publish(job);
        assertEquals(E_ACCESSDENIED, report.error().code());
        assertEquals("secret", Files.readString(target));
    }

    @Test
    void does_not_follow_a_link_that_came_in_between() throws IOException {
        Job job = transferred("maps/a");
        Files.move(alice("maps"), outside.resolve("maps"));
        Files.createSymbolicLink(alice("maps"), outside.resolve("maps"));
        StoreReport.Published report = publish(job);
        assertEquals(E_ACCESSDENIED, report.error().code());
        assertEquals(List.of(), report.available());
        assertFalse(discard(job));
        try (Stream<Path> left = Files.list(outside.resolve("maps"))) {
            assertEquals(1, left.count());
        }
    }

    @Test
    void deletes_all_temporary_files_of_a_job_and_no_others() throws IOException {
        Job job = transferred("a", "maps/b", "maps/c");
        Job available = Bench.withFile(job, job.files().get(2).asAvailable());
        publish(Bench.with(job.id(), job.spec(), List.of(job.files().get(2)), 1));
        write(job, job.files().get(1), 7, "x");
        Job another = transferred("a");
        assertTrue(discard(available));
        assertEquals(2, names().size(), names()::toString);
        assertTrue(names().contains("maps/c"));
        assertTrue(names().getFirst().contains(another.id().toString()));
        assertTrue(discard(available));
    }

    @Test
    void has_nothing_to_delete_for_a_job_that_never_ran() {
        Job job = Bench.job("http://a/b", "nowhere/a");
        assertTrue(discard(Bench.with(job.id(), job.spec(), job.files(), 0)));
        assertTrue(discard(job));
        assertFalse(Files.exists(root.resolve("alice")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void has_nothing_to_delete_where_something_else_stands_in_the_way_of_its_folder(boolean link) throws IOException {
        Files.createDirectory(root.resolve("alice"));
        if (link) Files.createSymbolicLink(alice("maps"), outside);
        else Files.writeString(alice("maps"), "a file");
        Job job = Bench.job("http://a/b", "maps/a/b");
        assertThrows(ForbiddenPathException.class, () -> write(job, job.files().getFirst(), 1, "abc"));
        assertTrue(discard(job));
    }

    @Test
    void opens_an_available_file() throws IOException {
        Job job = transferred("maps/a");
        publish(job);
        try (FileStore.Opened opened = open(job)) {
            assertEquals(3, opened.channel().size());
            assertEquals(3, opened.identity().size());
            assertTrue(opened.asPublished());
        }
        Files.delete(alice("maps/a"));
        assertThrows(NoSuchFileException.class, () -> open(job));
        Files.createSymbolicLink(alice("maps/a"), Files.writeString(outside.resolve("x"), "secret"));
        assertThrows(ForbiddenPathException.class, () -> open(job));
        Files.delete(alice("maps/a"));
        Files.createDirectory(alice("maps/a"));
        assertThrows(IOException.class, () -> open(job));
    }

    private FileStore.Opened open(Job job) throws IOException {
        return files.open(job.id(), job.files().getFirst());
    }

    private boolean isAsPublished(Job job) throws IOException {
        try (FileStore.Opened opened = open(job)) {
            return opened.asPublished();
        }
    }

    @Test
    void tells_a_file_from_one_of_another_job_that_has_its_place_date_and_length() throws IOException {
        Job first = transferred("a");
        publish(first);
        Job second = transferred("a");
        publish(second);
        Job third = transferred("a");
        publish(third);
        assertFalse(isAsPublished(first));
        assertFalse(isAsPublished(second));
        assertTrue(isAsPublished(third));
        assertEquals(
                TOLD.toInstant(),
                Files.getLastModifiedTime(alice("a")).toInstant().truncatedTo(ChronoUnit.SECONDS),
                "which is all that a server can tell");
        Job undated = undated("a");
        publish(undated);
        assertTrue(isAsPublished(undated));
        Job next = undated("a");
        publish(next);
        assertTrue(isAsPublished(next));
        for (Job gone : List.of(first, second, third, undated)) assertFalse(isAsPublished(gone));
    }

    @Test
    void tells_a_file_from_what_somebody_has_made_of_it() throws IOException {
        for (Job job : List.of(transferred("a"), undated("a"))) {
            publish(job);
            FileStore.Identity before = identity(job);
            assertEquals(before, identity(job));
            Files.writeString(alice("a"), "xyz");
            assertFalse(isAsPublished(job));
            assertNotEquals(before, identity(job));
        }
    }

    private FileStore.Identity identity(Job job) throws IOException {
        try (FileStore.Opened opened = open(job)) {
            return opened.identity();
        }
    }

    @Test
    void knows_a_file_whose_time_no_file_system_keeps() throws IOException {
        for (String told : List.of("Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "yesterday")) {
            Job job = Bench.job("http://a/b", "a");
            JobFile whole = job.files().getFirst().asTransferred(new RemoteVersion(null, told, 3L), 3, 1, true);
            write(job, whole, 1, "abc");
            Job transferred = Bench.withFile(job, whole);
            assertNull(publish(transferred).error());
            assertTrue(isAsPublished(transferred), told);
            assertNull(publish(transferred, false).error());
        }
    }

    @Test
    void forces_a_folder_for_each_job_and_what_is_above_it_once() throws IOException {
        publish(transferred("maps/eu/a"));
        assertEquals(List.of("alice/maps/eu", "alice/maps", "alice", ""), disk.forced());
        publish(transferred("maps/eu/b"));
        assertEquals(List.of("alice/maps/eu"), disk.forced());
        publish(transferred("maps/us/c", "maps/us/d", "maps/eu/e"));
        assertEquals(List.of("alice/maps/us", "alice/maps", "alice/maps/eu"), disk.forced());
    }

    @Test
    void forces_a_folder_whose_rename_came_before_a_crash_and_all_above_it() throws IOException {
        Job job = transferred("maps/a");
        publish(job);
        disk.forced();
        restart();
        assertEquals(new StoreReport.Published(List.of(0), null, true), publish(job, true));
        assertEquals(List.of("alice/maps", "alice", ""), disk.forced());
    }

    @Test
    void forces_what_is_above_a_folder_that_somebody_made_again() throws IOException {
        publish(transferred("maps/a"));
        disk.forced();
        Files.delete(alice("maps/a"));
        Files.delete(alice("maps"));
        Files.createDirectory(alice("maps"));
        publish(transferred("maps/a"));
        assertEquals(List.of("alice/maps", "alice"), disk.forced());
    }

    @Test
    void forces_anew_what_the_disk_has_refused() throws IOException {
        Job job = transferred("maps/a", "b");
        disk.refuse("alice/maps");
        StoreReport.Published refused = publish(job);
        assertEquals(List.of(1), refused.available());
        assertEquals(ErrorContext.LOCAL_FILE, refused.error().context());
        assertFalse(refused.allDeleted());
        Job next = Bench.withFile(job, job.files().get(1).asAvailable());
        disk.forced();
        disk.refuse("alice"); // this time the name of the folder itself
        assertEquals(List.of(1), publish(next).available());
        disk.forced();
        assertEquals(new StoreReport.Published(List.of(0, 1), null, true), publish(next));
        assertEquals(List.of("alice/maps", "alice", ""), disk.forced());
    }

    @Test
    void forces_in_parts_for_a_job_with_files_in_many_folders() throws IOException {
        String[] names = new String[100];
        for (int i = 0; i < names.length; i++) names[i] = "d" + i + "/a";
        assertNull(publish(transferred(names)).error());
        List<String> forced = disk.forced();
        for (int i = 0; i < names.length; i++) assertTrue(forced.contains("alice/d" + i), forced::toString);
    }

    @Test
    void forces_once_for_all_jobs_that_came_while_a_force_was_under_way() throws Exception {
        publish(transferred("a"));
        disk.forced();
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 5; i++) jobs.add(transferred("b" + i));
        try (Folder folder = files.folderFor(jobs.getFirst().files().getFirst())) {
            disk.hold();
            var first = files.publish(jobs.getFirst(), false).toCompletableFuture();
            disk.awaitForce();
            var others = jobs.stream()
                    .skip(1)
                    .map(job -> files.publish(job, false).toCompletableFuture())
                    .toList();
            while (folder.waiting() < others.size()) Thread.onSpinWait();
            assertFalse(first.isDone());
            for (int i = 0; i < jobs.size(); i++) assertTrue(Files.exists(alice("b" + i)));
            disk.letGo();
            first.get(30, TimeUnit.SECONDS);
            for (var other : others)
                assertEquals(new StoreReport.Published(List.of(0), null, true), other.get(30, TimeUnit.SECONDS));
        }
        assertEquals(List.of("alice", "alice"), disk.forced());
    }

    @Test
    void makes_a_folder_of_its_own_where_the_open_one_was_moved_away() throws IOException {
        publish(transferred("maps/a"));
        Files.move(alice("maps"), outside.resolve("maps"));
        publish(transferred("maps/b"));
        assertEquals(List.of("maps/b"), names());
        try (Stream<Path> left = Files.list(outside.resolve("maps"))) {
            assertEquals(List.of(outside.resolve("maps/a")), left.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "a/../../b", "..", "/etc/passwd", "a//b", "a/", "", "a\0b", "../../.staging/x"})
    void is_not_left_by_a_name_that_nobody_should_have_accepted(String localName) throws IOException {
        JobFile file = Bench.job("http://a/b", localName).files().getFirst();
        assertThrows(IOException.class, () -> {
            try (Folder folder = files.folderFor(file)) {
                assertNotNull(folder);
            }
        });
        assertThrows(IOException.class, () -> files.open(ANY, file));
        try (Stream<Path> left = Files.list(outside)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void opens_no_pipe_and_waits_for_none() throws Exception {
        Job job = transferred("a");
        Process mkfifo = new ProcessBuilder("mkfifo", alice("p").toString()).start();
        assertEquals(0, mkfifo.waitFor());
        JobFile pipe = Bench.job("http://a/b", "p").files().getFirst();
        assertThrows(ForbiddenPathException.class, () -> files.open(ANY, pipe));
        assertThrows(ForbiddenPathException.class, () -> {
            try (Folder folder = files.folderFor(pipe)) {
                assertNotNull(folder);
            }
        });
        assertNull(publish(job).error());
    }

    @Test
    void makes_the_same_folders_for_many_at_once() throws InterruptedException {
        int many = 32;
        CountDownLatch done = new CountDownLatch(many);
        List<Throwable> problems = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < many; i++) {
            String name = "d/e/f/g/h/" + i;
            Thread.ofVirtual().start(() -> {
                try {
                    transferred(name);
                } catch (Throwable problem) {
                    problems.add(problem);
                }
                done.countDown();
            });
        }
        done.await();
        assertEquals(List.of(), problems);
        assertEquals(many, names().size());
    }

    /** Somebody swaps a folder for a link and back, as fast as he can: nothing may ever land behind the link. */
    @Test
    void loses_no_race_against_one_who_plants_links() throws Exception {
        Files.createDirectories(root.resolve("alice"));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger swaps = new AtomicInteger();
        Path door = alice("door");
        Thread planter = Thread.ofPlatform().start(() -> {
            for (int i = 0; !over.get(); i++) {
                try {
                    if (Files.isDirectory(door)) Files.move(door, alice("away" + i));
                    Files.createSymbolicLink(door, outside);
                    swaps.incrementAndGet();
                    Files.delete(door);
                } catch (IOException storeWasFaster) {
                    // it has made the folder, which is its right
                }
            }
        });
        for (int i = 0; i < 300 || swaps.get() < 100; i++) {
            try {
                transferred("door/" + i);
            } catch (IOException refused) {
                // which is one right answer, the other is a folder of its own
            }
        }
        over.set(true);
        planter.join();
        try (Stream<Path> left = Files.list(outside)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
