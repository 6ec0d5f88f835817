package io.longhaul.api;

import akka.Done;
import akka.NotUsed;
import akka.japi.Pair;
import akka.stream.Materializer;
import akka.stream.OverflowStrategy;
import akka.stream.RestartSettings;
import akka.stream.javadsl.RestartSource;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.JobReply;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.Operations;
import io.longhaul.entity.Operations.Operation;
import io.longhaul.entity.Operations.Refusal;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Carries out calls on all jobs that match a filter, page by page, newest first. How far it is gets stored after every
 * page; a page that is done again after a crash does no harm, because each job is asked with the operation's name as the
 * request. Pages are told apart by id alone: the verb changes which jobs match.
 */
public final class OperationRunner {
    private static final int PAGE = 500;
    private static final Duration LOOKS_EVERY = Duration.ofMillis(20);
    private static final RestartSettings PATIENCE =
            RestartSettings.create(Duration.ofSeconds(1), Duration.ofSeconds(30), 0.2);

    private final Jobs jobs;
    private final JobCatalogue catalogue;
    private final Operations operations;
    private final int parallelism;
    private final int most;
    private volatile Runnable whenBegun = () -> {};

    public OperationRunner(Jobs jobs, JobCatalogue catalogue, Operations operations, ApiSettings settings) {
        this.jobs = jobs;
        this.catalogue = catalogue;
        this.operations = operations;
        this.parallelism = settings.operationParallelism();
        this.most = settings.mostOperations();
    }

    /** Those that wait to be carried out, or are. */
    CompletionStage<List<Operation>> unfinished() {
        return operations.unfinished(most);
    }

    /** Calls it, which must not block, whenever this node has stored an operation. */
    void whenBegun(Runnable told) {
        whenBegun = told;
    }

    /** Stores the operation, unless it is stored already; {@link OperationKeeper} finds it there. */
    CompletionStage<Operation> begin(Operation operation) {
        return operations
                .find(operation.id())
                .thenCompose(
                        before -> before.map(CompletableFuture::completedStage).orElseGet(() -> store(operation)));
    }

    private CompletionStage<Operation> store(Operation operation) {
        return unfinished().thenCompose(waiting -> {
            if (waiting.size() >= most) throw new io.longhaul.api.json.Refusal(BitsError.ERROR_TOO_MANY_REQUESTS);
            return operations.begin(operation).thenApply(stored -> {
                whenBegun.run();
                return operation;
            });
        });
    }

    /**
     * Carries one out, from where it was stored last, however often that fails meanwhile; complete once it is done, or
     * somebody else carries it on.
     *
     * @param materializer which ends it, where it is shut down
     */
    CompletionStage<Done> carryOut(UUID id, Materializer materializer) {
        return RestartSource.onFailuresWithBackoff(PATIENCE, () -> pages(id)).runWith(Sink.ignore(), materializer);
    }

    /** From where it was stored last. */
    private Source<Operation, NotUsed> pages(UUID id) {
        return Source.completionStage(operations.find(id))
                .mapConcat(found -> found.map(List::of).orElse(List.of()))
                // The first page must not be read before the index is there
                .flatMapConcat(stored -> stored.cursor() == null
                        ? whenIndexed().concatLazy(Source.lazySource(() -> from(stored)))
                        : from(stored));
    }

    /**
     * How far it is, page after page. The jobs of a page are asked while the last ones of the page before have not yet
     * answered; the pages are stored one after the other.
     */
    private Source<Operation, NotUsed> from(Operation stored) {
        if (stored.done()) return Source.empty();
        return jobs(stored)
                .mapAsync(parallelism, job -> ask(stored, job))
                .grouped(PAGE)
                .concatLazy(Source.single(List.of())) // where the last page is a full one
                .scan(stored, OperationRunner::counted)
                .sliding(2, 1)
                .mapAsync(1, this::saved)
                .takeWhile(Optional::isPresent) // else somebody else carries it on
                .map(Optional::orElseThrow)
                .takeWhile(operation -> !operation.done(), true);
    }

    /** Those that match, from where it was stored last. */
    private Source<JobSummary, NotUsed> jobs(Operation stored) {
        JobFilter filter = createdBefore(stored.filter(), stored.startedAt());
        return Source.unfoldAsync(new Cursor(stored.cursor(), false), cursor -> page(filter, cursor))
                .buffer(1, OverflowStrategy.backpressure())
                .mapConcat(page -> page);
    }

    /** Where the next page begins; after the last one there is none. */
    private record Cursor(@Nullable JobId after, boolean end) {}

    private CompletionStage<Optional<Pair<Cursor, List<JobSummary>>>> page(JobFilter filter, Cursor cursor) {
        if (cursor.end()) return CompletableFuture.completedStage(Optional.empty());
        return catalogue.list(filter, cursor.after(), PAGE).thenApply(page -> {
            Cursor next = page.size() < PAGE
                    ? new Cursor(null, true)
                    : new Cursor(page.getLast().id(), false);
            return Optional.of(Pair.create(next, page));
        });
    }

    private CompletionStage<Outcome> ask(Operation operation, JobSummary job) {
        return jobs.ask(job.id(), command(operation.verb()), operation.by(), "op:" + operation.id())
                .thenApply(reply -> new Outcome(job.id(), reply));
    }

    /** The operation as it is now, if it was still as before. */
    private CompletionStage<Optional<Operation>> saved(List<Operation> step) {
        Operation after = step.getLast();
        return operations
                .save(step.getFirst(), after)
                .thenApply(saved -> saved ? Optional.of(after) : Optional.empty());
    }

    /**
     * Ends once the index has all that is in the journal by now: a verb means all jobs that were there when it was called,
     * in the states that they had then.
     */
    private Source<Operation, NotUsed> whenIndexed() {
        return Source.completionStage(catalogue.progress())
                .flatMapConcat(asked -> Source.tick(Duration.ZERO, LOOKS_EVERY, asked.journal()))
                .mapAsync(1, journal -> catalogue.progress().thenApply(now -> now.index() >= journal))
                .takeWhile(indexed -> !indexed)
                .mapConcat(notYet -> List.<Operation>of());
    }

    private record Outcome(JobId id, JobReply reply) {}

    private static Operation counted(Operation before, List<Outcome> outcomes) {
        List<Refusal> refusals = new ArrayList<>(before.refusals());
        long refused = 0;
        for (Outcome outcome : outcomes) {
            Optional<String> code = refusalOf(outcome.reply());
            if (code.isEmpty()) continue;
            refused++;
            if (refusals.size() < Operation.MOST_REFUSALS) refusals.add(new Refusal(outcome.id(), code.get()));
        }
        return new Operation(
                before.id(),
                before.verb(),
                before.filter(),
                before.by(),
                before.startedAt(),
                outcomes.isEmpty() ? before.cursor() : outcomes.getLast().id(),
                outcomes.size() < PAGE,
                before.matched() + outcomes.size(),
                before.applied() + outcomes.size() - refused,
                before.refused() + refused,
                refusals);
    }

    private static Optional<String> refusalOf(JobReply reply) {
        return switch (reply) {
            case JobReply.Done done -> Optional.empty();
            case JobReply.Refused refused -> Optional.of(refused.code().code());
            case JobReply.Unknown gone -> Optional.of(BitsError.BG_E_NOT_FOUND.code());
        };
    }

    private static OwnerCommand command(Operations.Verb verb) {
        return switch (verb) {
            case RESUME -> new OwnerCommand.Resume();
            case SUSPEND -> new OwnerCommand.Suspend();
            case COMPLETE -> new OwnerCommand.Complete();
            case CANCEL -> new OwnerCommand.Cancel();
        };
    }

    private static JobFilter createdBefore(JobFilter filter, Instant end) {
        Instant asked = filter.createdBefore();
        return new JobFilter(
                filter.states(),
                filter.queue(),
                filter.owner(),
                filter.priorities(),
                filter.type(),
                filter.displayNamePrefix(),
                filter.labels(),
                filter.host(),
                filter.createdAfter(),
                asked != null && asked.isBefore(end) ? asked : end);
    }
}
