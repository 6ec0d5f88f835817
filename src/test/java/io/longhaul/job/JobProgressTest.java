package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.VERSION;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.restarted;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.FileSource;
import io.longhaul.testkit.JobFixtures;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The progress of a job")
class JobProgressTest {
    @Test
    void is_all_zero_without_files() {
        assertEquals(new JobProgress(0L, 0, 0, 0), job(0).job().progress());
    }

    @Test
    void has_no_total_while_the_size_of_any_file_is_not_known() {
        assertEquals(
                new JobProgress(null, 400, 2, 0),
                in(StateName.TRANSFERRING).after(held(1, 0, 400)).job().progress());
    }

    @Test
    void adds_up_its_files() {
        var story = in(StateName.TRANSFERRING).after(finished(1, 0), JobFixtures.opened(1, 1), held(1, 1, 250));
        assertEquals(new JobProgress(2000L, 1250, 2, 1), story.job().progress());
        assertEquals(
                new JobProgress(null, 1000, 2, 1),
                story.after(restarted(1, 1)).job().progress());
    }

    @Test
    void counts_the_bytes_of_ranges() {
        FileSource ranged = new FileSource(
                "http://files.example/a", "a", List.of(new ByteRange(0, 10L), new ByteRange(100, 5L)), null);
        var story = job(0).after(new OwnerCommand.AddFiles(List.of(ranged), JobFixtures.ANNA, JobFixtures.LIMITS));
        assertEquals(new JobProgress(15L, 0, 1, 0), story.job().progress());
    }

    @Test
    void has_no_total_that_no_number_can_hold() {
        var story = in(StateName.TRANSFERRING)
                .after(
                        new TransferReport.FileOpened(1, 0, VERSION, Long.MAX_VALUE, true),
                        new TransferReport.FileOpened(1, 1, VERSION, Long.MAX_VALUE, true));
        assertEquals(new JobProgress(null, 0, 2, 0), story.job().progress());
    }
}
