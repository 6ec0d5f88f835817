package io.longhaul.comparison;

import java.nio.file.Path;

/** One of those that are compared: does the work once, and tells what it took. */
interface Contender {
    /** With its version. */
    String name();

    /** Works in that folder, which is empty and is deleted afterwards. */
    Figures run(Path folder) throws Exception;

    static Contender of(String name, Work work) {
        return new Contender() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Figures run(Path folder) throws Exception {
                return work.in(folder);
            }
        };
    }

    @FunctionalInterface
    interface Work {
        Figures in(Path folder) throws Exception;
    }
}
