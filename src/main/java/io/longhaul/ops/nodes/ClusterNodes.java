package io.longhaul.ops.nodes;

import akka.Done;
import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.Member;
import akka.cluster.typed.Cluster;
import akka.pattern.Patterns;
import io.longhaul.entity.JobFeed;
import io.longhaul.entity.Nodes;
import io.longhaul.job.JobEvent;
import io.longhaul.transfer.TransferEngine;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The members of the cluster, each asked for itself by way of its agent. */
public final class ClusterNodes implements Nodes {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
    private static final Duration LOOKS_EVERY = Duration.ofMillis(200);

    private final ActorSystem<?> system;
    private final Cluster cluster;
    private final ActorRefResolver resolver;
    private final Set<NodeAgent.Drained> drained = NodeAgent.noneDrained();

    public ClusterNodes(ActorSystem<?> system) {
        this.system = system;
        this.cluster = Cluster.get(system);
        this.resolver = ActorRefResolver.get(system);
    }

    /** Lets this node speak for itself. */
    public void start(TransferEngine engine, JobFeed feed, DatabaseContact database, Clock clock) {
        LongAdder jobs = new LongAdder();
        // As long as the node lives
        var unusedSubscription = feed.subscribe(notice -> {
            if (notice instanceof JobFeed.Notice.Happened happened
                    && happened.recorded().event() instanceof JobEvent.JobTransferred) jobs.increment();
        });
        Rates rates = new Rates(engine::bytesReceived, jobs::sum, clock);
        var unusedAgent = system.systemActorOf(
                NodeAgent.create(engine::running, rates, () -> database.continuous(clock.instant()), drained),
                NodeAgent.NAME,
                Props.empty());
    }

    /** The nodes that are to have no jobs. */
    public Set<Address> drained() {
        return NodeAgent.addresses(drained);
    }

    @Override
    public CompletionStage<List<Node>> all() {
        List<CompletableFuture<Node>> asked = members().stream()
                .map(member -> node(member).toCompletableFuture())
                .toList();
        CompletionStage<List<Node>> all = CompletableFuture.completedStage(List.of());
        for (CompletableFuture<Node> one : asked) all = all.thenCombine(one, ClusterNodes::and);
        return all;
    }

    private static List<Node> and(List<Node> nodes, Node one) {
        return Stream.concat(nodes.stream(), Stream.of(one)).toList();
    }

    private List<Member> members() {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .sorted(Comparator.comparing(member -> member.address().hostPort()))
                .toList();
    }

    private CompletionStage<Node> node(Member member) {
        String status = status(member);
        if (status.equals("UNREACHABLE"))
            return CompletableFuture.completedStage(new Node(addressOf(member), status, null));
        CompletionStage<Work> work =
                AskPattern.ask(agent(member), NodeAgent.Ask::new, ANSWERS_WITHIN, system.scheduler());
        // One that does not answer, as it only starts or is about to end, is a member all the same
        return work.handle((told, silent) -> new Node(addressOf(member), status, told));
    }

    /** For how long the database has answered that one of the others which it has answered longest; zero where none says so. */
    CompletionStage<Duration> databaseElsewhere() {
        CompletionStage<Duration> longest = CompletableFuture.completedStage(Duration.ZERO);
        for (Member member : members()) {
            if (member.equals(cluster.selfMember()) || !status(member).equals("UP")) continue;
            CompletionStage<NodeAgent.DatabaseAnswers> answer =
                    AskPattern.ask(agent(member), NodeAgent.AskDatabase::new, ANSWERS_WITHIN, system.scheduler());
            // One of an older version does not know the question, and says nothing
            CompletionStage<Duration> there = answer.handle(
                    (told, silent) -> told == null ? Duration.ZERO : Duration.ofMillis(told.continuousMillis()));
            longest = longest.thenCombine(there, (one, other) -> one.compareTo(other) > 0 ? one : other);
        }
        return longest;
    }

    @Override
    public CompletionStage<Optional<Node>> drain(String address) {
        Optional<Member> member =
                members().stream().filter(one -> addressOf(one).equals(address)).findFirst();
        if (member.isEmpty()) return CompletableFuture.completedStage(Optional.empty());
        CompletionStage<Work> draining =
                AskPattern.ask(agent(member.get()), NodeAgent.Drain::new, ANSWERS_WITHIN, system.scheduler());
        return draining.thenApply(work -> Optional.of(new Node(address, status(member.get()), work)));
    }

    /**
     * Gives the jobs of this node to the others before it ends, as {@link #drain} does. Completes when it has none, at the
     * latest after that time, and at once where nobody is there to take them.
     */
    public CompletionStage<Done> handOver(Duration atMost) {
        if (!someoneStays()) return CompletableFuture.completedStage(Done.getInstance());
        agent(cluster.selfMember()).tell(new NodeAgent.Drain(system.ignoreRef()));
        return untilEmpty(Math.toIntExact(atMost.dividedBy(LOOKS_EVERY)));
    }

    private CompletionStage<Done> untilEmpty(int looks) {
        CompletionStage<Work> work =
                AskPattern.ask(agent(cluster.selfMember()), NodeAgent.Ask::new, ANSWERS_WITHIN, system.scheduler());
        return work.handle((told, silent) -> told != null && told.shards() == 0 && told.transfers() == 0)
                .thenCompose(empty -> empty || looks <= 1 || !someoneStays()
                        ? CompletableFuture.completedStage(Done.getInstance())
                        : Patterns.after(LOOKS_EVERY, system.classicSystem(), () -> untilEmpty(looks - 1)));
    }

    /** Whether a node would take jobs, and is not about to give its own away. */
    private boolean someoneStays() {
        Set<Address> leaving = drained();
        return members().stream()
                .anyMatch(member -> !member.equals(cluster.selfMember())
                        && status(member).equals("UP")
                        && !leaving.contains(member.address()));
    }

    private ActorRef<NodeAgent.Message> agent(Member member) {
        return NodeAgent.at(member.address(), resolver);
    }

    private String status(Member member) {
        if (cluster.state().getUnreachable().contains(member)) return "UNREACHABLE";
        return member.status().toString().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    private static String addressOf(Member member) {
        Address address = member.address();
        return address.getHost().orElse("") + ":" + address.getPort().orElse(0);
    }
}
