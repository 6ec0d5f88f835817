package io.longhaul.job.file;

/**
 * What the content of a file must come to.
 *
 * @param hex lower-case hexadecimal digits
 */
public record Checksum(ChecksumAlgorithm algorithm, String hex) {}
