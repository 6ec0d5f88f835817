package io.longhaul.entity;

import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorCode;

/** What a job answers to its owner. */
public sealed interface JobReply {
    /**
     * Done, and on disk.
     *
     * @param result S_OK, BG_S_PARTIAL_COMPLETE or BG_S_UNABLE_TO_DELETE_FILES
     * @param filesFrom the first file that the call added
     * @param filesTo the index after the last one
     */
    record Done(JobView job, BitsError result, int filesFrom, int filesTo) implements JobReply {}

    /** Nothing was changed. */
    record Refused(ErrorCode code, String detail) implements JobReply {}

    /** There is no such job. */
    record Unknown() implements JobReply {}
}
