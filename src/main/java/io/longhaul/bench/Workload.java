package io.longhaul.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;

/**
 * The jobs of one run: a file each.
 *
 * @param run names the run: a label of its jobs, the folder of their files, and their queue unless another one is given
 * @param urlTemplate where the files are; {@code %d} stands for the number of the file
 * @param files how many files there are; job {@code n} fetches file {@code n} modulo this
 * @param resumed whether the jobs are born QUEUED, and not SUSPENDED
 */
public record Workload(
        String run, String owner, Optional<String> queue, String urlTemplate, long files, boolean resumed) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FILES_IN_A_FOLDER = 1000;

    /** The query that finds the jobs of this run and no others. Counts by a queue alone cost the node nothing. */
    public String filter() {
        return queue.isPresent() ? "label.bench=" + run : "queue=" + run;
    }

    /** The line of a batch that creates this job, with its end. */
    public byte[] line(long number) {
        ObjectNode job = JSON.createObjectNode()
                .put("displayName", run + "-" + number)
                .put("queue", queue.orElse(run))
                .put("resume", resumed);
        job.putObject("labels").put("bench", run);
        job.putArray("files")
                .addObject()
                .put("remoteName", urlTemplate.replace("%d", Long.toString(number % files)))
                .put("localName", run + "/" + number / FILES_IN_A_FOLDER + "/" + number + ".bin");
        try {
            byte[] json = JSON.writeValueAsBytes(job);
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of strings can be written", impossible);
        }
    }
}
