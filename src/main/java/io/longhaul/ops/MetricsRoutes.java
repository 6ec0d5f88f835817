package io.longhaul.ops;

import akka.actor.ExtendedActorSystem;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import akka.management.javadsl.ManagementRouteProvider;
import akka.management.javadsl.ManagementRouteProviderSettings;

/** {@code /metrics} beside {@code /alive} and {@code /ready}. Akka Management makes it, as its configuration says. */
public final class MetricsRoutes extends AllDirectives implements ManagementRouteProvider {
    private final Metrics metrics;

    public MetricsRoutes(ExtendedActorSystem system) {
        metrics = system.settings()
                .setup()
                .get(Metrics.class)
                .orElseThrow(() -> new IllegalStateException("The system was started without metrics"));
    }

    @Override
    public Route routes(ManagementRouteProviderSettings settings) {
        return path(
                "metrics",
                () -> get(() -> complete(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, metrics.scrape()))));
    }
}
