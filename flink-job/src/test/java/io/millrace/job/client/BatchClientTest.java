package io.millrace.job.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that answers like a gateway, on bad days. */
@Timeout(60)
class BatchClientTest {

    private static final int PIECE_BYTES = 300;

    @TempDir private Path folder;

    private HttpServer server;
    private BatchClient client;
    private final List<String> bodies = new ArrayList<>();
    private final List<String> idempotencyKeys = new ArrayList<>();
    private final List<String> ranges = new ArrayList<>();
    private int unavailable;
    private boolean breaks;
    private boolean knowsRanges = true;
    private byte[] results = {};

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/messages/batches", this::answer);
        server.start();
        client =
                new BatchClient(
                        URI.create("http://localhost:" + server.getAddress().getPort()), "key-1");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void submitsEveryLineAndTriesAgainUnderTheSameKey() throws Exception {
        Path file = folder.resolve("in.jsonl");
        Files.writeString(file, "{\"custom_id\":\"a\"}\n\n{\"custom_id\":\"b\"}\n  \n");
        unavailable = 2;

        BatchStatus status = client.submit(file);

        assertThat(status.id()).isEqualTo("msgbatch_1");
        assertThat(bodies)
                .hasSize(3)
                .containsOnly("{\"requests\":[\n{\"custom_id\":\"a\"},\n{\"custom_id\":\"b\"}\n]}");
        assertThat(new HashSet<>(idempotencyKeys)).hasSize(1);
    }

    @Test
    void saysWhatTheGatewaySays() {
        assertThatThrownBy(() -> client.status("msgbatch_unknown"))
                .isInstanceOf(GatewayException.class)
                .hasMessage("no such batch (404 not_found_error)");
        assertThatThrownBy(() -> client.status("../files"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void goesOnWithADownloadThatBreaksOff() throws Exception {
        results = lines(IntStream.range(0, 100).toArray());
        breaks = true;
        Path file = folder.resolve("out.jsonl");
        Files.write(folder.resolve("out.jsonl.msgbatch_1.partial"), Arrays.copyOf(results, 10));

        new ResultsDownload(client, "msgbatch_1").to(file, bytes -> {});

        assertThat(Files.readAllBytes(file)).isEqualTo(results);
        assertThat(ranges).startsWith("bytes=10-", "bytes=310-").doesNotContain("bytes=0-");
        assertThat(folder.toFile().list()).containsExactly("out.jsonl");
    }

    @Test
    void startsOverWhereTheServerKnowsNoRanges() throws Exception {
        results = lines(1, 2, 3);
        knowsRanges = false;
        Path file = folder.resolve("out.jsonl");
        Files.writeString(folder.resolve("out.jsonl.msgbatch_1.partial"), "something else");

        new ResultsDownload(client, "msgbatch_1").to(file, bytes -> {});

        assertThat(Files.readAllBytes(file)).isEqualTo(results);
    }

    @Test
    void putsResultsInTheOrderOfTheRequests() throws Exception {
        results = lines(3, 1, 2);
        Path requests = folder.resolve("in.jsonl");
        Files.write(requests, lines(1, 2, 3, 4));
        Path file = folder.resolve("out.jsonl");

        new ResultsDownload(client, "msgbatch_1").inOrderOf(requests, file, bytes -> {});

        assertThat(Files.readAllBytes(file)).isEqualTo(lines(1, 2, 3));
    }

    private static byte[] lines(int... ids) {
        return Arrays.stream(ids)
                .mapToObj("{\"custom_id\":\"größe-%d\"}\n"::formatted)
                .collect(Collectors.joining())
                .getBytes(UTF_8);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        assertThat(exchange.getRequestHeaders().getFirst("x-api-key")).isEqualTo("key-1");
        if (path.endsWith("/results")) {
            answerResults(exchange);
        } else if (path.endsWith("unknown")) {
            answer(
                    exchange,
                    404,
                    "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\","
                            + "\"message\":\"no such batch\"}}");
        } else {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            idempotencyKeys.add(exchange.getRequestHeaders().getFirst("idempotency-key"));
            unavailable--;
            answer(
                    exchange,
                    unavailable >= 0 ? 503 : 200,
                    "{\"id\":\"msgbatch_1\",\"processing_status\":\"in_progress\","
                            + "\"request_counts\":{\"processing\":2}}");
        }
    }

    private void answerResults(HttpExchange exchange) throws IOException {
        String range = knowsRanges ? exchange.getRequestHeaders().getFirst("range") : null;
        int from = 0;
        if (range != null) {
            ranges.add(range);
            from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, results.length - from);
        int to = breaks ? Math.min(results.length, from + PIECE_BYTES) : results.length;
        // Less than was announced makes closing fail, and that breaks the connection.
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(results, from, to - from);
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
