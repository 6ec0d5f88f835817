package io.longhaul.job;

/** What can be asked of a job, grouped by who asks. */
public sealed interface JobCommand permits TransferReport, StoreReport {}
