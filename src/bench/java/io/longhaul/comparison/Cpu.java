package io.longhaul.comparison;

/** Processor time in seconds: of a JVM, and of the PostgreSQL behind it. */
record Cpu(double jvm, double postgres) {
    Cpu minus(Cpu earlier) {
        return new Cpu(jvm - earlier.jvm, postgres - earlier.postgres);
    }

    void addTo(Figures figures, long jobs) {
        figures.less("CPU ms a job, JVM", jvm * 1000 / jobs);
        figures.less("CPU ms a job, PostgreSQL", postgres * 1000 / jobs);
    }
}
