package io.longhaul.api;

import akka.Done;
import akka.NotUsed;
import akka.japi.Pair;
import akka.japi.function.Function;
import akka.pattern.Patterns;
import akka.stream.Materializer;
import akka.stream.OverflowStrategy;
import akka.stream.RestartSettings;
import akka.stream.javadsl.RestartSource;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.longhaul.api.OperationProgress.Answered;
import io.longhaul.entity.Failures;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.JobReply;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.Operations;
import io.longhaul.entity.Operations.Operation;
import io.longhaul.entity.UnreadableJobException;
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
 * Carries out calls on all jobs that match a filter, page by page, newest first. The jobs of a page are stored before the first
 * of them is asked, and what they answered after the last one: the verb changes which jobs match, so after a crash those are asked again that
 * were stored. That does no harm, because each job is asked with the operation's name as the request. Pages are told
 * apart by id alone, for the same reason.
 */
public final class OperationRunner {
    private static final int PAGE = 500;
    private static final Duration LOOKS_EVERY = Duration.ofMillis(20);
    private static final RestartSettings PATIENCE =
            RestartSettings.create(Duration.ofSeconds(1), Duration.ofSeconds(30), 0.2);

    /** Before a job is asked again that has not answered, at first. */
    private static final Duration ASKS_AGAIN_AFTER = Duration.ofSeconds(1);

    /** With what {@link Jobs} itself waits for an answer, a minute: by then a job lives elsewhere whose node is gone. */
    private static final int ASKS_AGAIN = 3;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Jobs jobs;
    private final JobCatalogue catalogue;
    private final Operations operations;
    private final int parallelism;
    private final int most;
    private final Duration asksAgainAfter;
    private volatile Runnable whenBegun = () -> {};

    public OperationRunner(Jobs jobs, JobCatalogue catalogue, Operations operations, ApiSettings settings) {
        this(jobs, catalogue, operations, settings, ASKS_AGAIN_AFTER);
    }

    OperationRunner(
            Jobs jobs, JobCatalogue catalogue, Operations operations, ApiSettings settings, Duration asksAgainAfter) {
        this.asksAgainAfter = asksAgainAfter;
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
            return catalogue
                    .progress()
                    .thenCompose(now -> operations.begin(operation.upTo(now.journal())))
                    .thenApply(stored -> {
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
        return RestartSource.onFailuresWithBackoff(PATIENCE, () -> run(id, materializer))
                .runWith(Sink.ignore(), materializer);
    }

    /** From where it was stored last. */
    private Source<Boolean, NotUsed> run(UUID id, Materializer materializer) {
        return Source.completionStage(operations.find(id))
                .mapConcat(found -> found.filter(operation -> !operation.done())
                        .map(List::of)
                        .orElse(List.of()))
                // The first page must not be read before the index is there
                .flatMapConcat(stored ->
                        stored.cursor() == null && stored.asking().isEmpty()
                                ? whenIndexed(stored).concatLazy(Source.lazySource(() -> from(stored, materializer)))
                                : from(stored, materializer));
    }

    /** An element for each page that is done. The next page is asked while the last ones of a page have not answered. */
    private Source<Boolean, NotUsed> from(Operation stored, Materializer materializer) {
        OperationProgress progress = new OperationProgress(operations, stored);
        return again(stored)
                .concat(further(stored, progress))
                .mapConcat(OperationRunner::parts)
                .mapAsync(parallelism, part -> switch (part) {
                    case Listed job -> answer(progress, job.id(), materializer);
                    case PageEnd end -> CompletableFuture.<Said>completedStage(end);
                })
                .statefulMapConcat(Pages::new)
                .mapAsync(1, page -> progress.answered(page.answers(), page.last()))
                .takeWhile(ours -> ours); // else somebody else carries it on
    }

    /** @param last whether no further job matches */
    private record Page(List<JobId> jobs, boolean last) {}

    /** A page in its parts. */
    private sealed interface Part permits Listed, PageEnd {}

    private record Listed(JobId id) implements Part {}

    /** What comes of them. */
    private sealed interface Said permits Answer, PageEnd {}

    private record Answer(Answered answered) implements Said {}

    private record PageEnd(boolean last) implements Part, Said {}

    private record AnsweredPage(List<Answered> answers, boolean last) {}

    private static List<Part> parts(Page page) {
        List<Part> parts = new ArrayList<>();
        for (JobId id : page.jobs()) parts.add(new Listed(id));
        parts.add(new PageEnd(page.last()));
        return parts;
    }

    /** Puts pages together again. */
    private static final class Pages implements Function<Said, Iterable<AnsweredPage>> {
        private static final long serialVersionUID = 1;

        private transient List<Answered> answers = new ArrayList<>();

        @Override
        public Iterable<AnsweredPage> apply(Said next) {
            return switch (next) {
                case Answer answer -> {
                    answers.add(answer.answered());
                    yield List.of();
                }
                case PageEnd end -> {
                    AnsweredPage page = new AnsweredPage(answers, end.last());
                    answers = new ArrayList<>();
                    yield List.of(page);
                }
            };
        }
    }

    /** Those that were asked, and were not counted, before it broke off. */
    private static Source<Page, NotUsed> again(Operation stored) {
        return stored.asking().isEmpty() ? Source.empty() : Source.single(new Page(stored.asking(), false));
    }

    /** Those that match, from where it was stored last; stored before anybody asks them. */
    private Source<Page, NotUsed> further(Operation stored, OperationProgress progress) {
        JobId last =
                stored.asking().isEmpty() ? stored.cursor() : stored.asking().getLast();
        return Source.unfoldAsync(new Cursor(last, false), cursor -> page(stored, cursor))
                .buffer(1, OverflowStrategy.backpressure())
                .mapAsync(
                        1, page -> progress.listed(page.jobs()).thenApply(ours -> ours ? Optional.of(page) : NOT_OURS))
                .takeWhile(Optional::isPresent)
                .map(Optional::orElseThrow);
    }

    /** Where the next page begins; after the last one there is none. */
    private record Cursor(@Nullable JobId after, boolean end) {}

    private static final Optional<Page> NOT_OURS = Optional.empty();

    private CompletionStage<Optional<Pair<Cursor, Page>>> page(Operation stored, Cursor cursor) {
        if (cursor.end()) return CompletableFuture.completedStage(Optional.empty());
        Long journal = stored.journal();
        JobFilter filter = journal == null ? createdBefore(stored.filter(), stored.startedAt()) : stored.filter();
        return catalogue.list(filter, cursor.after(), PAGE).thenCompose(jobs -> {
            boolean last = jobs.size() < PAGE;
            Cursor next = new Cursor(last ? null : jobs.getLast().id(), last);
            List<JobId> listed = jobs.stream().map(JobSummary::id).toList();
            return (journal == null ? CompletableFuture.completedStage(listed) : begunBy(journal, listed))
                    .thenApply(meant -> Optional.of(Pair.create(next, new Page(meant, last))));
        });
    }

    /** Jobs that began after the call are passed over. Pages end all the same: each job of the next one is older. */
    private CompletionStage<List<JobId>> begunBy(long journal, List<JobId> jobs) {
        return catalogue
                .begunBy(journal, jobs)
                .thenApply(begun -> jobs.stream().filter(begun::contains).toList());
    }

    /** What one job says to it. One that does not answer for a minute, though the database does, holds up no other. */
    private CompletionStage<Said> answer(OperationProgress progress, JobId id, Materializer materializer) {
        return ask(progress.begun(), id)
                .exceptionallyCompose(first -> isUnreadable(first)
                        ? CompletableFuture.failedStage(first)
                        : Patterns.retry(
                                () -> askAgain(progress, id),
                                ASKS_AGAIN,
                                asksAgainAfter,
                                LONGEST_PAUSE,
                                0.2,
                                materializer.system()))
                .exceptionallyCompose(failure -> Failures.behind(failure) instanceof Unanswered unanswered
                        ? CompletableFuture.completedStage(
                                new Answered(id, Optional.of(unanswered.code().code())))
                        : CompletableFuture.failedStage(failure))
                .thenApply(Answer::new);
    }

    private CompletionStage<Answered> ask(Operation operation, JobId id) {
        return jobs.ask(id, command(operation.verb()), operation.by(), "op:" + operation.id())
                .handle((reply, failure) -> {
                    if (failure != null) throw new Unanswered(Failures.behind(failure));
                    return new Answered(id, refusalOf(reply));
                });
    }

    /** Where nothing can be stored it is no job's fault that it does not answer. */
    private CompletionStage<Answered> askAgain(OperationProgress progress, JobId id) {
        return progress.stored().thenCompose(ours -> ask(progress.begun(), id));
    }

    /** A job has not answered. */
    private static final class Unanswered extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unanswered(Throwable cause) {
            super(cause);
        }

        BitsError code() {
            return getCause() instanceof UnreadableJobException
                    ? BitsError.BG_E_DATABASE_CORRUPT
                    : BitsError.ERROR_SERVICE_UNAVAILABLE;
        }
    }

    private static boolean isUnreadable(Throwable failure) {
        return Failures.behind(failure) instanceof Unanswered unanswered
                && unanswered.code() == BitsError.BG_E_DATABASE_CORRUPT;
    }

    /**
     * Ends once the index has all that was in the journal when the verb was called: it means all jobs that were there then,
     * in the states that they had.
     */
    private Source<Boolean, NotUsed> whenIndexed(Operation stored) {
        Long called = stored.journal();
        return Source.completionStage(
                        called == null
                                ? catalogue.progress().thenApply(JobCatalogue.Progress::journal)
                                : CompletableFuture.completedStage(called))
                .flatMapConcat(journal -> Source.tick(Duration.ZERO, LOOKS_EVERY, journal))
                .mapAsync(1, journal -> catalogue.progress().thenApply(now -> now.index() >= journal))
                .takeWhile(indexed -> !indexed)
                .mapConcat(notYet -> List.<Boolean>of());
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
