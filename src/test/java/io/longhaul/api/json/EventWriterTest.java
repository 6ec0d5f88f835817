package io.longhaul.api.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.entity.JobHistory;
import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.JobError;
import io.longhaul.job.JobEvent;
import io.longhaul.job.Recorded;
import io.longhaul.job.StateName;
import io.longhaul.testkit.JobFixtures;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A line of a job's history")
class EventWriterTest {
    private static JsonNode written(JobEvent event) {
        var recorded = new Recorded(event, JobFixtures.START, Recorded.Cause.OWNER, "anna", null);
        return EventWriter.event(new JobHistory.Entry(JobFixtures.ID, 9, recorded, StateName.ACKNOWLEDGED));
    }

    @Test
    void says_which_files_have_their_names_and_which_took_the_place_of_another() {
        JsonNode done = written(new JobEvent.JobAcknowledged(List.of(0, 1), BitsError.S_OK, List.of(1)));
        assertEquals("[0,1]", done.get("completed").toString());
        assertEquals("[1]", done.get("replaced").toString());
        JobError locked = JobError.of(ErrorContext.LOCAL_FILE, BitsError.BG_E_DESTINATION_LOCKED, 1, JobFixtures.START);
        JsonNode failed = written(new JobEvent.CompletionFailed(List.of(0), locked, List.of(0)));
        assertEquals("[0]", failed.get("replaced").toString());
    }

    @Test
    void says_nothing_of_what_was_replaced_where_nothing_is_known_of_it() {
        JsonNode done = written(new JobEvent.JobAcknowledged(List.of(0), BitsError.S_OK, List.of()));
        assertFalse(done.has("replaced"));
    }
}
