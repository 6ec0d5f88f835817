package io.longhaul.scheduler;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How many jobs wait for each remote host, in the queues whose schedulers live on this node. Safe for any thread. */
public final class WaitingByHost {
    private final Set<Queue> queues = ConcurrentHashMap.newKeySet();

    /** Of one scheduler, until it ends. */
    static final class Queue {
        private final Map<String, Integer> jobs = new ConcurrentHashMap<>();

        void change(String host, int step) {
            jobs.merge(host, step, (before, more) -> before + more == 0 ? null : before + more);
        }
    }

    Queue open() {
        Queue queue = new Queue();
        queues.add(queue);
        return queue;
    }

    void close(Queue queue) {
        queues.remove(queue);
    }

    /** Hosts for which nobody waits are left out. */
    Map<String, Integer> all() {
        Map<String, Integer> all = new HashMap<>();
        for (Queue queue : queues) queue.jobs.forEach((host, jobs) -> all.merge(host, jobs, Integer::sum));
        return all;
    }
}
