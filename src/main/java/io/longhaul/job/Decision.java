package io.longhaul.job;

import java.util.List;

/** What a job says to a command. */
public sealed interface Decision {
    /** Yes, and this happens; nothing, where the command asks for what is so already or comes too late. */
    record Accepted(List<JobEvent> events) implements Decision {
        public Accepted {
            events = List.copyOf(events);
        }
    }

    /**
     * No, and nothing happens.
     *
     * @param detail one sentence for people
     */
    record Refused(ErrorCode code, String detail) implements Decision {}

    static Decision accept(JobEvent... events) {
        return new Accepted(List.of(events));
    }

    static Decision ignore() {
        return new Accepted(List.of());
    }

    static Decision refuse(ErrorCode code) {
        return new Refused(code, code.text());
    }

    static Decision refuse(ErrorCode code, String detail) {
        return new Refused(code, detail);
    }
}
