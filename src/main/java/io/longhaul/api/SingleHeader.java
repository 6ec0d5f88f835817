package io.longhaul.api;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import io.longhaul.api.json.Refusal;
import java.util.Locale;
import java.util.Optional;

/** Headers of which a request has one at most: of two it is not for us to say which was meant. */
final class SingleHeader {
    private SingleHeader() {}

    /**
     * Its value.
     *
     * @throws Refusal where there are several
     */
    static Optional<String> of(HttpRequest request, String name) {
        Optional<String> only = Optional.empty();
        for (HttpHeader header : request.getHeaders()) {
            if (!header.is(name.toLowerCase(Locale.ROOT))) continue;
            if (only.isPresent()) throw Refusal.invalid(name + " must be given once.");
            only = Optional.of(header.value());
        }
        return only;
    }
}
