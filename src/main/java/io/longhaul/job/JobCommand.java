package io.longhaul.job;

/**
 * What can be asked of a job, grouped by who asks: {@link OwnerCommand}, {@link SchedulerCommand},
 * {@link TransferReport}, {@link StoreReport}, and the two that nobody asks.
 */
public sealed interface JobCommand permits OwnerCommand, SchedulerCommand, TransferReport, StoreReport, Alarm {}
