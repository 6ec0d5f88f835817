package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Passwords, keys and headers of jobs: what no event, no log line and no answer holds. They are kept encrypted, for the
 * job and the owner that they were given for and nobody else, and not longer than the job.
 */
public interface Secrets {
    /** Whether this node has a key to keep any. */
    boolean areKept();

    /** Keeps one; the job's options then say where, or it is to be forgotten again. */
    CompletionStage<UUID> keep(JobId job, Owner owner, byte[] value);

    /** What {@link #open} gives of one, without blocking. */
    CompletionStage<byte[]> read(JobId job, Owner owner, UUID secret);

    /**
     * Reads some; blocks, so this is for a thread of one's own.
     *
     * @throws SecretException where one of them cannot be read
     */
    Map<UUID, byte[]> open(JobId job, Owner owner, Collection<UUID> secrets) throws SecretException;

    /** Forgets some, soon. What is left because the database does not answer is found when the job is over. */
    void forget(JobId job, Collection<UUID> secrets);
}
