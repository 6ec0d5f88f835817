package io.longhaul.job;

import java.time.Instant;

/**
 * Complete was decided and its renames are under way: until the file store has answered, nothing else happens to the
 * job.
 *
 * @param by the caller of Complete
 */
public record Ending(Instant since, String by) {}
