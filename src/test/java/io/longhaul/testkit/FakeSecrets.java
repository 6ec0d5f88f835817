package io.longhaul.testkit;

import io.longhaul.entity.SecretException;
import io.longhaul.entity.Secrets;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Secrets in memory, in plain text. */
public final class FakeSecrets implements Secrets {
    private final Map<UUID, Kept> kept = new HashMap<>();
    private boolean withKey = true;
    private Runnable beforeOpen = () -> {};

    @SuppressWarnings("ArrayRecordComponent") // handed back and never compared
    private record Kept(JobId job, Owner owner, byte[] value) {}

    /** From now on there is no key. */
    public synchronized void loseKey() {
        withKey = false;
    }

    /** Done whenever a run is about to read some. */
    public void beforeOpen(Runnable action) {
        beforeOpen = action;
    }

    /** Which there are, of all jobs. */
    public synchronized Set<UUID> all() {
        return new TreeSet<>(kept.keySet());
    }

    @Override
    public synchronized boolean areKept() {
        return withKey;
    }

    @Override
    public synchronized CompletionStage<UUID> keep(JobId job, Owner owner, byte[] value) {
        UUID id = UUID.randomUUID();
        kept.put(id, new Kept(job, owner, value));
        return CompletableFuture.completedStage(id);
    }

    @Override
    public CompletionStage<byte[]> read(JobId job, Owner owner, UUID secret) {
        try {
            return CompletableFuture.completedStage(value(job, owner, secret));
        } catch (SecretException lost) {
            return CompletableFuture.failedStage(lost);
        }
    }

    @Override
    public Map<UUID, byte[]> open(JobId job, Owner owner, Collection<UUID> secrets) throws SecretException {
        beforeOpen.run();
        Map<UUID, byte[]> opened = new HashMap<>();
        for (UUID secret : secrets) opened.put(secret, value(job, owner, secret));
        return opened;
    }

    private synchronized byte[] value(JobId job, Owner owner, UUID secret) throws SecretException {
        Kept found = kept.get(secret);
        if (found == null || !found.job().equals(job) || !found.owner().equals(owner))
            throw SecretException.lost("It is gone.");
        return found.value();
    }

    @Override
    public synchronized void forget(JobId job, Collection<UUID> secrets) {
        kept.keySet().removeAll(secrets);
    }
}
