package io.longhaul.job;

/** BG_JOB_PRIORITY, from the most to the least urgent. */
public enum Priority {
    FOREGROUND,
    HIGH,
    NORMAL,
    LOW;

    /** Whether it shares the background slots of its queue. */
    public boolean isBackground() {
        return this != FOREGROUND;
    }
}
