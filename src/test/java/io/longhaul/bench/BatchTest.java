package io.longhaul.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A batch")
class BatchTest {
    /** More than all buffers between the two sides hold. */
    private static final int LINES = 100_000;

    private static final Workload WORKLOAD =
            new Workload("run", "alice", Optional.empty(), "http://127.0.0.1:1/%d", 10, true);

    /** A server that reads a line only when it has got rid of the answer to the last one. */
    @Test
    void reads_its_answers_while_it_sends() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var node = node(server)) {
            Thread serving = Thread.ofVirtual().start(() -> answerLineByLine(server));
            Answers answers = new Answers(LINES);
            Batch.send(node, WORKLOAD, LINES, 1, answers);
            serving.join();
            assertEquals(LINES - 1, answers.accepted());
            assertEquals(1, answers.refused());
            assertEquals("No.", answers.firstRefusal());
            assertTrue(answers.sample().size() <= 1001, () -> answers.sample().size() + " ids are kept");
        }
    }

    @Test
    void that_is_refused_says_why() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var node = node(server)) {
            Thread serving = Thread.ofVirtual().start(() -> refuse(server));
            var refused = assertThrows(LoadException.class, () -> Batch.send(node, WORKLOAD, 1, 1, new Answers(1)));
            serving.join();
            assertEquals("The node refused the batch with 403: You may not.", refused.getMessage());
        }
    }

    @Test
    void that_nobody_takes_fails_with_a_sentence() throws Exception {
        URI nobody;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + server.getLocalPort());
        }
        try (var node = new NodeApi(nobody, "alice")) {
            var failed = assertThrows(LoadException.class, () -> Batch.send(node, WORKLOAD, 1, 2, new Answers(1)));
            assertTrue(failed.getMessage().startsWith("The node at " + nobody + " cannot be used: "));
        }
    }

    private static NodeApi node(ServerSocket server) {
        return new NodeApi(URI.create("http://127.0.0.1:" + server.getLocalPort()), "alice");
    }

    private static void answerLineByLine(ServerSocket server) {
        try (Socket socket = server.accept()) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = socket.getOutputStream();
            while (!in.readLine().isEmpty()) {
                // the head
            }
            send(out, "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            int answered = 0;
            while (answered < LINES) {
                if (!in.readLine().startsWith("{")) continue; // the length of a chunk, or its end
                String answer = answered == 7
                        ? "{\"line\":7,\"problem\":{\"detail\":\"No.\"}}\n"
                        : "{\"line\":" + answered + ",\"id\":\"" + answered + "\"}\n";
                send(out, Integer.toHexString(answer.length()) + "\r\n" + answer + "\r\n");
                answered++;
            }
            send(out, "0\r\n\r\n");
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private static void refuse(ServerSocket server) {
        try (Socket socket = server.accept()) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            while (!in.readLine().equals("0")) {
                // all of the request
            }
            String problem = "{\"detail\":\"You may not.\"}";
            send(
                    socket.getOutputStream(),
                    "HTTP/1.1 403 Forbidden\r\nContent-Type: application/problem+json\r\nContent-Length: "
                            + problem.length() + "\r\n\r\n" + problem);
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
