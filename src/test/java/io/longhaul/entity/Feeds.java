package io.longhaul.entity;

/** Lets tests speak for the jobs of a node. */
public final class Feeds {
    private Feeds() {}

    public static void publish(JobFeed feed, JobFeed.Notice notice) {
        feed.publish(notice);
    }
}
