package io.longhaul.store;

/** Of what a row of {@code job_count} tells the number. */
record CountScope(String scope, String name) {
    static final CountScope ALL = new CountScope("all", "");

    static CountScope queue(String name) {
        return new CountScope("queue", name);
    }

    static CountScope owner(String name) {
        return new CountScope("owner", name);
    }
}
