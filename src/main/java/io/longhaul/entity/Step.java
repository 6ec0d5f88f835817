package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.Recorded;

/** An event, and the job after it. */
public record Step(Recorded recorded, Job after) {}
