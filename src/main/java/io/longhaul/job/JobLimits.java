package io.longhaul.job;

/** BITS's MaxFilesPerJob and MaxRangesPerFile. They hold for everybody. */
public record JobLimits(int maxFiles, int maxRangesPerFile) {}
