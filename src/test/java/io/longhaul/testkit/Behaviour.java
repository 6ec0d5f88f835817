package io.longhaul.testkit;

import java.io.IOException;

/** How a server answers one request. */
@FunctionalInterface
public interface Behaviour {
    void answer(Seen request, Reply reply) throws IOException;
}
