package io.longhaul.bench;

/** Who is told how far a run is. */
public interface Progress {
    /** From now on it is this that is done, so many times. */
    void begin(String what, long total);

    /** So many are done; the remark may be empty. */
    void at(long done, String remark);

    /** What was begun is over, or given up. */
    void end();

    /** Nobody. */
    Progress NONE = new Progress() {
        @Override
        public void begin(String what, long total) {}

        @Override
        public void at(long done, String remark) {}

        @Override
        public void end() {}
    };
}
