package io.longhaul.api;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import io.longhaul.job.file.HttpDate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The conditional headers of RFC 9110, 13, for one version of a file.
 *
 * @param etag a strong one, with its quotes
 */
record Preconditions(String etag, Instant lastModified) {
    enum Outcome {
        GO_ON,
        NOT_MODIFIED,
        FAILED
    }

    Preconditions {
        lastModified = lastModified.truncatedTo(ChronoUnit.SECONDS); // all that HTTP can say
    }

    /** In the order of RFC 9110, 13.2.2. */
    Outcome check(HttpRequest request) {
        Optional<String> ifMatch = value(request, "If-Match");
        if (ifMatch.isPresent()) {
            if (!names(ifMatch.get(), false)) return Outcome.FAILED;
        } else if (date(request, "If-Unmodified-Since")
                .filter(lastModified::isAfter)
                .isPresent()) {
            return Outcome.FAILED;
        }
        Optional<String> ifNoneMatch = value(request, "If-None-Match");
        if (ifNoneMatch.isPresent()) return names(ifNoneMatch.get(), true) ? Outcome.NOT_MODIFIED : Outcome.GO_ON;
        boolean same = date(request, "If-Modified-Since")
                .filter(since -> !lastModified.isAfter(since))
                .isPresent();
        return same ? Outcome.NOT_MODIFIED : Outcome.GO_ON;
    }

    /** Whether a Range header is to be obeyed. */
    boolean allowRange(HttpRequest request) {
        Optional<String> ifRange = value(request, "If-Range");
        if (ifRange.isEmpty()) return true;
        return ifRange.get().equals(etag)
                || HttpDate.parse(ifRange.get()).filter(lastModified::equals).isPresent();
    }

    String lastModifiedText() {
        return HttpDate.format(lastModified);
    }

    private boolean names(String list, boolean weak) {
        for (String one : list.split(",", -1)) {
            String tag = one.strip();
            if (tag.equals("*") || tag.equals(etag) || (weak && tag.equals("W/" + etag))) return true;
        }
        return false;
    }

    private static Optional<String> value(HttpRequest request, String name) {
        return request.getHeader(name).map(HttpHeader::value);
    }

    /** Empty also where it is no HTTP-date, which is then ignored. */
    private static Optional<Instant> date(HttpRequest request, String name) {
        return value(request, name).flatMap(HttpDate::parse);
    }
}
