/**
 * Who runs next: one scheduler for each queue that has work. {@link io.longhaul.scheduler.Schedule} holds the order and
 * knows no Akka, {@link io.longhaul.scheduler.Scheduler} is the actor around it.
 */
@NullMarked
package io.longhaul.scheduler;

import org.jspecify.annotations.NullMarked;
