/**
 * A BITS job as a value: what it is, what may happen to it, what has happened. Plain Java: no Akka, no I/O, no clock.
 *
 * <p>Where to find what: {@link io.longhaul.job.Job} folds a history into a job and decides what a command does; each
 * of the nine {@code BG_JOB_STATE} states is a record of its own; {@link io.longhaul.job.Transitions} lists every legal
 * move; {@link io.longhaul.job.JobCommand} is what can be asked, {@link io.longhaul.job.JobEvent} what can happen;
 * {@link io.longhaul.job.BitsError} names every refusal and failure.
 */
@NullMarked
package io.longhaul.job;

import org.jspecify.annotations.NullMarked;
