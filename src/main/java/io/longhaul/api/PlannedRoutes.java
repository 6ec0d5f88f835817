package io.longhaul.api;

import akka.http.javadsl.model.HttpMethods;
import java.util.List;

/** What will be here: until then it says so, and the description leaves it out. */
final class PlannedRoutes {
    private PlannedRoutes() {}

    static List<Endpoint> endpoints() {
        return List.of(
                Endpoint.planned(HttpMethods.PUT, "/v1/jobs/{id}/credentials/{target}"),
                Endpoint.planned(HttpMethods.DELETE, "/v1/jobs/{id}/credentials/{target}"));
    }
}
