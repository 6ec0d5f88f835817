package io.longhaul.api;

import io.longhaul.entity.Operations;
import io.longhaul.entity.Operations.Operation;
import io.longhaul.entity.Operations.Refusal;
import io.longhaul.job.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How far one operation is, stored step after step. Each step says whether the operation is still carried out by whoever holds
 * this: once somebody else has stored a step, it is not, and nothing is stored any more. From any thread.
 */
final class OperationProgress {
    /**
     * What one job said.
     *
     * @param refusal the code; empty: the verb was applied
     */
    record Answered(JobId id, Optional<String> refusal) {}

    private final Operations operations;
    private final Operation begun;
    private Operation operation;
    private CompletionStage<Boolean> last = CompletableFuture.completedStage(true);

    /** @param stored as it was read */
    OperationProgress(Operations operations, Operation stored) {
        this.operations = operations;
        this.begun = stored;
        this.operation = stored;
    }

    /** As it was read. */
    Operation begun() {
        return begun;
    }

    /** These are about to be asked, after all that were listed before. */
    CompletionStage<Boolean> listed(List<JobId> jobs) {
        return jobs.isEmpty() ? last() : step(before -> listed(before, jobs));
    }

    /** The oldest that were asked have answered. */
    CompletionStage<Boolean> answered(List<Answered> answers, boolean done) {
        return step(before -> answered(before, answers, done));
    }

    /** That it can be stored at all. */
    CompletionStage<Boolean> stored() {
        return step(before -> before);
    }

    private synchronized CompletionStage<Boolean> last() {
        return last;
    }

    private synchronized CompletionStage<Boolean> step(UnaryOperator<Operation> change) {
        last = last.thenCompose(ours -> ours ? save(change) : CompletableFuture.completedStage(false));
        return last;
    }

    private CompletionStage<Boolean> save(UnaryOperator<Operation> change) {
        Operation before = current();
        Operation after = change.apply(before);
        return operations.save(before, after).thenApply(saved -> {
            if (saved) become(after);
            return saved;
        });
    }

    private synchronized Operation current() {
        return operation;
    }

    private synchronized void become(Operation after) {
        operation = after;
    }

    private static Operation listed(Operation before, List<JobId> jobs) {
        List<JobId> asking = new ArrayList<>(before.asking());
        asking.addAll(jobs);
        return changed(before, before.cursor(), asking, before.done(), List.of());
    }

    private static Operation answered(Operation before, List<Answered> answers, boolean done) {
        return changed(
                before,
                answers.isEmpty() ? before.cursor() : answers.getLast().id(),
                before.asking().subList(answers.size(), before.asking().size()),
                done,
                answers);
    }

    private static Operation changed(
            Operation before, @Nullable JobId cursor, List<JobId> asking, boolean done, List<Answered> answers) {
        List<Refusal> refusals = new ArrayList<>(before.refusals());
        long refused = 0;
        for (Answered answer : answers) {
            if (answer.refusal().isEmpty()) continue;
            refused++;
            if (refusals.size() < Operation.MOST_REFUSALS)
                refusals.add(new Refusal(answer.id(), answer.refusal().get()));
        }
        return new Operation(
                before.id(),
                before.verb(),
                before.filter(),
                before.by(),
                before.startedAt(),
                before.journal(),
                cursor,
                asking,
                done,
                before.matched() + answers.size(),
                before.applied() + answers.size() - refused,
                before.refused() + refused,
                refusals);
    }
}
