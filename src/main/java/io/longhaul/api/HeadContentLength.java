package io.longhaul.api;

import akka.http.javadsl.model.headers.ModeledCustomHeader;

/** The length that a GET would have: Akka HTTP leaves it out of the answer to a HEAD, and refuses it under its own type. */
final class HeadContentLength extends ModeledCustomHeader {
    HeadContentLength(long length) {
        super("Content-Length", Long.toString(length));
    }

    @Override
    public boolean renderInRequests() {
        return false;
    }

    @Override
    public boolean renderInResponses() {
        return true;
    }
}
