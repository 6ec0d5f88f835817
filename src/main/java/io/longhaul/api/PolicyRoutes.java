package io.longhaul.api;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.api.json.PolicyReader;
import io.longhaul.api.json.PolicyWriter;
import io.longhaul.api.json.Refusal;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.PolicyStore.Stored;
import io.longhaul.job.JobRules;
import io.longhaul.job.Owner;
import io.longhaul.policy.Policies;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /v1/policies}: what BITS calls group policy. */
final class PolicyRoutes {
    private final PolicyChanges changes;
    private final CurrentPolicies current;

    PolicyRoutes(PolicyChanges changes, CurrentPolicies current) {
        this.changes = changes;
        this.current = current;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/policies", this::all),
                Endpoint.put("/v1/policies", this::replace),
                Endpoint.get("/v1/policies/in-force", this::inForce).taking("queue", "owner"));
    }

    private CompletionStage<HttpResponse> all(Call call) {
        call.caller().requireAdministrator();
        return changes.last().thenApply(PolicyRoutes::answer);
    }

    private CompletionStage<HttpResponse> replace(Call call) {
        call.caller().requireAdministrator();
        JsonNode body = call.json();
        Policies policies = PolicyReader.policies(body);
        Long made = PolicyReader.version(body);
        String match = ifMatch(call);
        return changes.change(call.caller(), "all policies", last -> {
                    if ((made != null && made != last.version()) || !matches(match, last))
                        throw Problem.otherVersion(last.version()).raised();
                    return policies;
                })
                .thenApply(PolicyRoutes::answer);
    }

    private CompletionStage<HttpResponse> inForce(Call call) {
        String queue = call.query().text("queue");
        String owner = call.query().text("owner");
        Owner whose = owner == null
                ? call.caller().owner()
                : Owner.parse(owner).orElseThrow(() -> Refusal.invalid("owner can be the name of no owner."));
        if (!call.caller().maySee(whose)) call.caller().requireAdministrator();
        String which = queue == null ? "default" : queue;
        if (!JobRules.isQueueName(which)) throw Refusal.invalid("queue can be the name of no queue.");
        return CompletableFuture.completedStage(
                Answer.ok(PolicyWriter.inForce(which, whose.name(), current.of(which, whose), current.now()))
                        .response());
    }

    private static @Nullable String ifMatch(Call call) {
        return call.request().getHeader("If-Match").map(HttpHeader::value).orElse(null);
    }

    private static boolean matches(@Nullable String match, Stored last) {
        return match == null || match.strip().equals("*") || match.strip().equals(etag(last));
    }

    private static String etag(Stored stored) {
        return "\"" + stored.version() + "\"";
    }

    private static HttpResponse answer(Stored stored) {
        return Answer.ok(PolicyWriter.policies(stored)).response().addHeader(RawHeader.create("ETag", etag(stored)));
    }
}
