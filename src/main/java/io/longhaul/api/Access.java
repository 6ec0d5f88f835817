package io.longhaul.api;

import akka.http.javadsl.model.HttpRequest;
import io.longhaul.api.json.Refusal;
import io.longhaul.job.Owner;

/** The one place that asks who calls. */
@FunctionalInterface
public interface Access {
    String OWNER_HEADER = "X-Longhaul-Owner";
    Owner ANONYMOUS = new Owner("anonymous");

    /**
     * The caller of this request.
     *
     * @throws Refusal where the request does not say, or not credibly
     */
    Caller callerOf(HttpRequest request);

    /**
     * Without authentication: everybody is who he says and an administrator. Fit for loopback only.
     *
     * @param loopback whether nobody but this machine reaches the node
     */
    static Access unauthenticated(boolean loopback) {
        return request -> {
            CrossSite.refuse(request, loopback);
            return new Caller(
                    SingleHeader.of(request, OWNER_HEADER)
                            .map(name -> Owner.parse(name)
                                    .orElseThrow(() -> Refusal.invalid(
                                            OWNER_HEADER + " must be 1 to 128 letters, digits and . _ @ + -.")))
                            .orElse(ANONYMOUS),
                    true);
        };
    }
}
