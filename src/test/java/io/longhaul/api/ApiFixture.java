package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.http.javadsl.ServerBinding;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.JobFeed;
import io.longhaul.job.JobId;
import io.longhaul.job.JobLimits;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.TransferReport;
import io.longhaul.job.file.RemoteVersion;
import io.longhaul.policy.Policy;
import io.longhaul.testkit.FakeCatalogue;
import io.longhaul.testkit.FakeFiles;
import io.longhaul.testkit.FakeHosts;
import io.longhaul.testkit.FakeJobs;
import io.longhaul.testkit.FakeNodes;
import io.longhaul.testkit.FakeNotifications;
import io.longhaul.testkit.FakeOperations;
import io.longhaul.testkit.FakePolicies;
import io.longhaul.testkit.FakeQueues;
import io.longhaul.testkit.FakeRequests;
import io.longhaul.testkit.FakeSecrets;
import io.longhaul.testkit.TestClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The API on a port of its own, above ports in memory. Every JSON answer is held against the description. */
final class ApiFixture implements AutoCloseable {
    static final int MAX_BODY = 20_000;
    static final int MAX_LINE = 4_000;
    static final int MOST_OPERATIONS = 10;
    private static final Config CONFIG = ConfigFactory.parseString("akka.actor.provider = local, akka.loglevel = OFF")
            .withFallback(ConfigFactory.defaultReference());

    final TestClock clock = new TestClock();
    final JobFeed feed = new JobFeed();
    final FakeJobs jobs = new FakeJobs(clock, feed);
    final FakeCatalogue catalogue = new FakeCatalogue(
            jobs, (filter, job) -> Matching.matches(filter, job, job.state().name()));
    final FakeRequests requests = new FakeRequests();
    final FakeOperations operations = new FakeOperations();
    final FakeNotifications notifications = new FakeNotifications();
    final FakeNodes nodes = new FakeNodes();
    final FakeQueues queues = new FakeQueues();
    final FakePolicies policies = new FakePolicies(clock, jobs::all);
    final FakeHosts hosts = new FakeHosts();
    final FakeSecrets secrets = new FakeSecrets();
    final FakeFiles files;
    /** Of all answers, also of those that nobody is there to hear. */
    final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();

    final Routes routes;
    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "api", CONFIG);
    private final ServerBinding binding;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static final JobDefaults DEFAULTS = new JobDefaults(
            Duration.ofMinutes(10),
            Duration.ofDays(14),
            Duration.ofDays(90),
            Duration.ofDays(90),
            new JobLimits(200, 500),
            Set.of("mail-owner"));

    private static final Policy CONFIGURED =
            new Policy(Duration.ofDays(90), Duration.ofDays(90), null, null, 200, 500, null);

    ApiFixture() {
        this(Access.unauthenticated(true));
    }

    ApiFixture(Access access) {
        this(access, 1024, Duration.ofSeconds(10));
    }

    ApiFixture(Access access, int watchBuffer, Duration requestTimeout) {
        ApiSettings settings = new ApiSettings(
                "127.0.0.1",
                0,
                requestTimeout,
                MAX_BODY,
                MAX_LINE,
                256,
                watchBuffer,
                Duration.ofMillis(200),
                8,
                MOST_OPERATIONS,
                DEFAULTS);
        try {
            files = new FakeFiles(Files.createTempDirectory("longhaul-api"));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        OperationRunner runner = new OperationRunner(jobs, catalogue, operations, settings);
        var unused = system.systemActorOf(OperationKeeper.create(runner), "operations", Props.empty());
        Stats stats = () -> CompletableFuture.completedStage(new Stats.Figures(
                List.of(new Stats.Node("127.0.0.1:25520", 3, 1000.5, 2)),
                new Stats.OldestQueued(Idempotency.newId(), TestClock.START)));
        routes = new Routes(
                new Routes.Ports(
                        jobs,
                        catalogue,
                        jobs,
                        notifications,
                        feed,
                        requests,
                        operations,
                        queues,
                        hosts,
                        files,
                        secrets,
                        stats,
                        nodes,
                        new Routes.Governance(
                                new CurrentPolicies(policies, CONFIGURED, clock), policies, policies, policies),
                        (path, method, status, took) -> statuses.add(status)),
                runner,
                access,
                settings,
                clock,
                system);
        try {
            binding = ApiServer.bind(routes.route(), settings, system)
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** An answer. */
    record Reply(int status, HttpResponse<byte[]> raw, JsonNode json) {
        String header(String name) {
            return raw.headers().firstValue(name).orElse(null);
        }

        String code() {
            return json.path("code").asText();
        }

        String detail() {
            return json.path("detail").asText();
        }

        String text() {
            return new String(raw.body(), java.nio.charset.StandardCharsets.UTF_8);
        }

        Reply expect(int expected) {
            assertEquals(expected, status, this::text);
            return this;
        }

        Reply expect(int expected, String code) {
            expect(expected);
            assertEquals(code, code());
            assertEquals("application/problem+json", header("Content-Type"));
            assertEquals(expected, json.get("status").asInt());
            return this;
        }
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + binding.localAddress().getPort() + path);
    }

    HttpClient client() {
        return client;
    }

    /** With a JSON body; headers in pairs. */
    Reply send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        boolean typed = List.of(headers).contains("Content-Type");
        if (body != null && !typed) request.header("Content-Type", "application/json");
        if (headers.length > 0) request.headers(headers);
        return send(request.build());
    }

    Reply send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            return checked(request, response);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private Reply checked(HttpRequest request, HttpResponse<byte[]> response) throws IOException {
        String type = response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        boolean isJson = type.startsWith("application/json") || type.startsWith("application/problem+json");
        JsonNode json = isJson && response.body().length > 0
                ? JsonMapper.builder().build().readTree(response.body())
                : null;
        Optional<Endpoint> endpoint = endpointOf(request);
        if (endpoint.isPresent() && isJson && json != null) {
            String path = endpoint.get().path().text();
            String method = endpoint.get().method().value();
            assertEquals(
                    List.of(),
                    OpenApi.DOCUMENT.faults(method, path, response.statusCode(), type, json),
                    () -> method + " " + path + " " + json);
        } else if (json != null && response.statusCode() >= 400) {
            assertEquals(List.of(), OpenApi.DOCUMENT.faults("Problem", json));
        }
        return new Reply(response.statusCode(), response, json);
    }

    private Optional<Endpoint> endpointOf(HttpRequest request) {
        List<String> segments = List.of(request.uri().getPath().substring(1).split("/", -1));
        return routes.endpoints().stream()
                .filter(endpoint -> endpoint.path().match(segments).isPresent())
                .filter(endpoint -> endpoint.method().value().equals(request.method()))
                .max(java.util.Comparator.comparingLong(
                        endpoint -> endpoint.path().literals()));
    }

    Reply get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    Reply post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Reply patch(String path, String body) {
        return send("PATCH", path, body);
    }

    /** A job with so many files; its id. */
    String create(String name, int fileCount, boolean resume) {
        return create(name, fileCount, resume, "");
    }

    /**
     * @param more further members, with a comma before
     */
    String create(String name, int fileCount, boolean resume, String more) {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < fileCount; i++) list.append(i == 0 ? "" : ",").append(file(name + i));
        return post(
                        "/v1/jobs",
                        "{\"displayName\":\"" + name + "\",\"files\":[" + list + "],\"resume\":" + resume + more + "}")
                .expect(201)
                .json()
                .get("id")
                .asText();
    }

    static String file(String name) {
        return "{\"remoteName\":\"https://origin.example/" + name + "\",\"localName\":\"" + name + "\"}";
    }

    static JobId id(String text) {
        return JobId.parse(text).orElseThrow();
    }

    String state(String id) {
        return get("/v1/jobs/" + id).expect(200).json().get("state").asText();
    }

    /** A queued job gets its next slice. */
    long grant(String id) {
        long slice = jobs.job(id(id)).lastSlice() + 1;
        jobs.say(
                id(id),
                new SchedulerCommand.GrantSlice(
                        slice, clock.instant().plusSeconds(300), Duration.ZERO, "127.0.0.1:25520"));
        return slice;
    }

    /** A queued job gets a slice, and all of its files arrive. */
    void transfer(String id, long bytes) {
        transfer(id, bytes, RemoteVersion.UNKNOWN);
    }

    /** The same of a server that tells which version they are. */
    void transfer(String id, long bytes, RemoteVersion version) {
        long run = grant(id);
        int count = jobs.job(id(id)).files().size();
        for (int i = 0; i < count; i++) jobs.say(id(id), new TransferReport.FileFinished(run, i, version, bytes, true));
    }

    @Override
    public void close() {
        system.terminate();
    }
}
