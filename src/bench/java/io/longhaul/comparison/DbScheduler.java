package io.longhaul.comparison;

import com.github.kagkarlsson.scheduler.Scheduler;

/** What both comparisons with db-scheduler need. */
final class DbScheduler {
    /** As its documentation has them, without the index that only priorities need, which are off. */
    static final String[] TABLES = {
        """
        CREATE TABLE scheduled_tasks (
          task_name text NOT NULL,
          task_instance text NOT NULL,
          task_data bytea,
          execution_time timestamp with time zone NOT NULL,
          picked boolean NOT NULL,
          picked_by text,
          last_success timestamp with time zone,
          last_failure timestamp with time zone,
          consecutive_failures int,
          last_heartbeat timestamp with time zone,
          version bigint NOT NULL,
          priority smallint,
          PRIMARY KEY (task_name, task_instance))\
        """,
        "CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)",
        "CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)"
    };

    private DbScheduler() {}

    static String name() {
        String jar = Scheduler.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        return jar.replaceFirst(".*/", "").replaceFirst("\\.jar$", "").replaceFirst("-(?=\\d)", " ");
    }
}
