package io.longhaul.testkit;

import io.longhaul.entity.Requests;
import io.longhaul.job.JobId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keys and answers in memory; answers can get lost, as when a node dies before it has kept one. */
public final class FakeRequests implements Requests {
    private final Map<String, Claim> claims = new HashMap<>();
    private boolean losing;

    public synchronized void loseAnswers(boolean lose) {
        losing = lose;
    }

    /** What the call with that key is about, whoever made it. */
    public synchronized JobId about(String key) {
        return claims.entrySet().stream()
                .filter(claim -> claim.getKey().endsWith("\n" + key))
                .findFirst()
                .orElseThrow()
                .getValue()
                .id();
    }

    @Override
    public synchronized CompletionStage<Claim> claim(String scope, String key, String fingerprint, JobId id) {
        Claim before = claims.get(scope + "\n" + key);
        if (before != null)
            return CompletableFuture.completedStage(new Claim(
                    false, before.fingerprint(), before.id(), before.status(), before.location(), before.body()));
        Claim fresh = new Claim(true, fingerprint, id, null, null, null);
        claims.put(scope + "\n" + key, fresh);
        return CompletableFuture.completedStage(fresh);
    }

    @Override
    public synchronized CompletionStage<Void> answer(
            String scope, String key, int status, String location, String body) {
        if (losing) return CompletableFuture.failedStage(new java.sql.SQLException("connection lost"));
        Claim claim = claims.get(scope + "\n" + key);
        claims.put(scope + "\n" + key, new Claim(false, claim.fingerprint(), claim.id(), status, location, body));
        return CompletableFuture.completedStage(null);
    }
}
