package io.longhaul.entity;

import io.longhaul.job.JobId;

/** A job does not answer, because its history cannot be read: it is out of order until somebody repairs that. */
public final class UnreadableJobException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UnreadableJobException(JobId id) {
        super("The history of job " + id + " cannot be read; the log of its node tells why.");
    }
}
