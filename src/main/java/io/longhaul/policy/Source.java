package io.longhaul.policy;

/** Who says what is in force. The first that says something counts; a job's own word is not a policy. */
public enum Source {
    JOB,
    OWNER,
    QUEUE,
    FLEET,
    PRESET,
    CONFIGURATION
}
