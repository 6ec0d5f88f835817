package io.longhaul.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.bench.NodeApi;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One large file, over HTTP and over HTTPS, until it is on disk. */
@Command(name = "bigfile", description = "One large file, against curl and sync.")
final class BigFile implements Callable<Integer> {
    private static final int BLOCK = 1024 * 1024;
    private static final Duration GLANCE = Duration.ofMillis(50);

    @Mixin
    private Rounds rounds;

    @Option(names = "--size", defaultValue = "4294967296", description = "In bytes; 4 GiB unless told.")
    private long size;

    @Option(
            names = "--warm-up",
            defaultValue = "8",
            description = "How often it is fetched before: until the JVM has compiled, and the machine has given the memory.")
    private int warmUp;

    private Path certificate;
    private int securePort;

    @Override
    public Integer call() throws Exception {
        Path origin = Folders.empty(rounds.folder().resolve("origin"));
        write(origin.resolve("big.bin"), size);
        makeCertificate(origin);
        securePort = FileServer.freePort();
        String secure = """
                server {
                  listen 127.0.0.1:%d ssl;
                  ssl_certificate "%s";
                  ssl_certificate_key "%s";
                  root "%s";
                }
                """.formatted(securePort, certificate, origin.resolve("key.pem"), origin);
        try (FileServer server = FileServer.nginx(FileServer.nginx(), origin, "", secure)) {
            String settings = "A file of %,d bytes from %s, in memory there; to the disk here, after %d times to warm up."
                    .formatted(size, server.name(), warmUp);
            String curl = Processes.firstLine("curl", "--version").replaceFirst("^curl (\\S+).*", "curl $1") + ", sync";
            new Comparison(
                            "bigfile",
                            settings,
                            rounds.folder(),
                            List.of(
                                    Contender.of(BenchNode.version(), folder -> longhaul(folder, server)),
                                    Contender.of(curl, folder -> curl(folder, server))))
                    .run(rounds.number());
        } finally {
            Folders.delete(origin);
        }
        return 0;
    }

    private static void write(Path file, long size) throws IOException {
        var random = new Random(1);
        byte[] block = new byte[BLOCK];
        random.nextBytes(block);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long left = size; left > 0; left -= BLOCK) out.write(block, 0, (int) Math.min(left, BLOCK));
        }
    }

    private void makeCertificate(Path folder) throws Exception {
        certificate = folder.resolve("certificate.pem");
        List<String> openssl =
                List.of("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        var command = new ArrayList<>(openssl);
        command.addAll(List.of("-nodes", "-days", "30", "-subj", "/CN=127.0.0.1"));
        command.addAll(List.of("-addext", "subjectAltName=IP:127.0.0.1"));
        command.addAll(List.of("-keyout", folder.resolve("key.pem").toString(), "-out", certificate.toString()));
        Processes.run(folder, command);
    }

    private String url(FileServer server, String scheme) {
        return scheme.equals("HTTP") ? server.url("/big.bin") : "https://127.0.0.1:" + securePort + "/big.bin";
    }

    /** From POST until Complete is answered: by then the file and its name are on disk. */
    private Figures longhaul(Path folder, FileServer server) throws Exception {
        Figures figures = Figures.none();
        try (BenchNode node = BenchNode.start(folder, "-Dlonghaul.transfer.trusted-certificates=" + certificate);
                NodeApi api = node.as("bench")) {
            for (String scheme : List.of("HTTP", "HTTPS")) {
                Path file = node.files("bench").resolve(scheme);
                for (int time = 0; time < warmUp; time++) {
                    fetch(api, url(server, scheme), scheme);
                    Files.delete(file);
                }
                Cpu before = node.cpu();
                double machine = Processes.cpuSecondsOfMachine();
                long startedAt = System.nanoTime();
                fetch(api, url(server, scheme), scheme);
                double seconds = Processes.seconds(startedAt);
                machine = Processes.cpuSecondsOfMachine() - machine;
                Cpu cpu = node.cpu().minus(before);
                check(file);
                Files.delete(file);
                add(figures, scheme, seconds, cpu.jvm() + cpu.postgres(), machine);
            }
        }
        return figures;
    }

    private static void fetch(NodeApi api, String url, String localName) {
        String body = """
                {"displayName": "%1$s", "resume": true, "files": [{"remoteName": "%2$s", "localName": "%1$s"}]}
                """.formatted(localName, url);
        String job = "/v1/jobs/" + api.post("/v1/jobs", body).path("id").asText();
        JsonNode now = api.get(job);
        while (!now.path("state").asText().equals("TRANSFERRED")) {
            if (!now.path("error").isNull()) throw new IllegalStateException(now.toString());
            LockSupport.parkNanos(GLANCE.toNanos());
            now = api.get(job);
        }
        api.post(job + "/complete");
    }

    private Figures curl(Path folder, FileServer server) throws Exception {
        Figures figures = Figures.none();
        for (String scheme : List.of("HTTP", "HTTPS")) {
            Path file = folder.resolve("big.bin");
            for (int time = 0; time < warmUp; time++) {
                curl(folder, url(server, scheme), file);
                Files.delete(file);
            }
            double before = Processes.cpuSecondsOfEnded();
            double machine = Processes.cpuSecondsOfMachine();
            long startedAt = System.nanoTime();
            curl(folder, url(server, scheme), file);
            double seconds = Processes.seconds(startedAt);
            machine = Processes.cpuSecondsOfMachine() - machine;
            check(file);
            add(figures, scheme, seconds, Processes.cpuSecondsOfEnded() - before, machine);
            Files.delete(file);
        }
        return figures;
    }

    private void curl(Path folder, String url, Path file) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--fail"));
        command.addAll(List.of("--cacert", certificate.toString(), "--output", file.toString(), url));
        Processes.run(folder, command);
        Processes.run(folder, List.of("sync", "--data", file.toString()));
    }

    private void check(Path file) throws IOException {
        if (Files.size(file) != size) throw new IOException(file + " has " + Files.size(file) + " bytes");
    }

    private static void add(Figures figures, String scheme, double seconds, double cpu, double machine) {
        figures.less(scheme + ", seconds", seconds)
                .less(scheme + ", CPU seconds", cpu)
                .less(scheme + ", CPU seconds of the whole machine", machine);
    }
}
