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
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> idempotencyKeys = new CopyOnWriteArrayList<>();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean silent;
    private int unavailable;
    private boolean breaks;
    private boolean knowsRanges = true;
    private byte[] results = {};

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/messages/batches", this::answer);
        server.createContext("/v1/files", this::answerFiles);
        server.createContext("/v1/batches", this::answerOpenAi);
        server.setExecutor(threads);
        server.start();
        client = client(Timeouts.DEFAULT);
    }

    private BatchClient client(Timeouts timeouts) {
        URI base = URI.create("http://localhost:" + server.getAddress().getPort());
        return new BatchClient(base, "key-1", timeouts);
    }

    @AfterEach
    void stop() {
        ended.countDown();
        server.stop(0);
        threads.shutdownNow();
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
    void aDownloadThatStandsStillIsBrokenOffAndGoneOnWith() throws Exception {
        results = lines(IntStream.range(0, 100).toArray());
        silent = true;
        Path file = folder.resolve("out.jsonl");
        BatchClient impatient =
                client(
                        new Timeouts(
                                Duration.ofSeconds(50),
                                Duration.ofSeconds(50),
                                Duration.ofMillis(500)));

        new ResultsDownload(impatient, "msgbatch_1").to(file, bytes -> silent = false);

        assertThat(Files.readAllBytes(file)).isEqualTo(results);
        assertThat(ranges).isNotEmpty();
    }

    @Test
    void aGatewayThatDoesNotAnswerIsNotWaitedForForEver() {
        silent = true;
        Duration patience = Duration.ofMillis(300);
        BatchClient impatient = client(new Timeouts(patience, patience, patience));

        assertThatThrownBy(() -> impatient.status("msgbatch_silent"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("took the call but did not answer within 300 ms");
    }

    @Test
    void asksForCountersThatAreLive() throws Exception {
        client.status("msgbatch_1");
        client.cancel("msgbatch_1");

        assertThat(queries).containsExactly("live=true", "live=true");
    }

    @Test
    void linesOfOpenAiGoThroughItsApi() throws Exception {
        Path file = folder.resolve("in.jsonl");
        String line = "{\"custom_id\":\"a\",\"url\":\"/v1/chat/completions\",\"body\":{}}";
        Files.writeString(file, line + "\n\n" + line.replace("\"a\"", "\"b\"") + "\n");

        BatchStatus status = client.submit(file);

        assertThat(status.id()).isEqualTo("batch_1");
        assertThat(status.summary()).contains("canceling, 3 of 4").contains("2 succeeded");
        assertThat(bodies.get(0))
                .contains("name=\"purpose\"\r\n\r\nbatch\r\n")
                .contains("filename=\"in.jsonl\"")
                .contains("\r\n\r\n" + line + "\n" + line.replace("\"a\"", "\"b\"") + "\n\r\n--");
        assertThat(bodies.get(1))
                .isEqualTo(
                        "{\"input_file_id\":\"file-1\",\"endpoint\":\"/v1/chat/completions\","
                                + "\"completion_window\":\"24h\"}");
    }

    @Test
    void linesOfMillraceAreWrittenAsOpenAis() throws Exception {
        Path file = folder.resolve("in.jsonl");
        Files.writeString(
                file,
                """
                {"id":"a","prompt":"x","priority":3,"logprobs":true,"top_logprobs":2}
                {"id":"b","token_ids":[1,2],"max_tokens":5,"temperature":0.5,"tenant":"t"}
                """);

        client.submit(file);

        assertThat(bodies.get(0))
                .contains(
                        """
                        {"custom_id":"a","method":"POST","url":"/v1/completions","body":\
                        {"prompt":"x","priority":-3,"logprobs":2,"temperature":0,"max_tokens":2147483647}}
                        {"custom_id":"b","method":"POST","url":"/v1/completions","body":\
                        {"prompt":[1,2],"max_tokens":5,"temperature":0.5,"tenant":"t"}}
                        """);
        assertThat(bodies.get(1)).contains("\"endpoint\":\"/v1/completions\"");
    }

    @Test
    void linesThatFitNoApiAreRefusedBeforeAnythingIsSent() throws Exception {
        Path file = folder.resolve("in.jsonl");
        for (String content :
                List.of(
                        "{\"id\":\"a\",\"prompt\":\"x\"}\n{\"id\":\"b\",\"messages\":[]}",
                        "{\"id\":\"a\",\"prompt\":\"x\"}\n[]",
                        "",
                        "{\"id\":")) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> client.submit(file))
                    .as(content)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("in.jsonl")
                    .hasMessageContaining("expected: ");
        }
        assertThat(bodies).isEmpty();
    }

    @Test
    void answersAndErrorsOfOpenAiBecomeOneFileInTheOrderOfTheRequests() throws Exception {
        Path requests = folder.resolve("in.jsonl");
        Files.writeString(
                requests, "{\"id\":\"größe-1\"}\n{\"id\":\"größe-2\"}\n{\"id\":\"größe-3\"}\n");
        Path file = folder.resolve("out.jsonl");

        new ResultsDownload(client, "batch_1").inOrderOf(requests, file, bytes -> {});

        assertThat(Files.readAllBytes(file)).isEqualTo(lines(1, 2, 3));
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("in.jsonl", "out.jsonl");
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
        if (exchange.getRequestURI().getQuery() != null) {
            queries.add(exchange.getRequestURI().getQuery());
        }
        if (path.endsWith("silent")) {
            awaitEnd();
        } else if (path.endsWith("/results")) {
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

    private void answerFiles(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.endsWith("/content")) {
            byte[] content = path.contains("error") ? lines(2) : lines(3, 1);
            answer(exchange, 200, new String(content, UTF_8));
            return;
        }
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        answer(exchange, 200, "{\"id\":\"file-1\"}");
    }

    private void answerOpenAi(HttpExchange exchange) throws IOException {
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        answer(
                exchange,
                200,
                "{\"id\":\"batch_1\",\"object\":\"batch\",\"status\":\"cancelling\","
                        + "\"output_file_id\":\"file-output-1\",\"error_file_id\":\"file-error-1\","
                        + "\"request_counts\":{\"total\":4,\"completed\":2,\"failed\":1}}");
    }

    private void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
            if (silent) {
                out.write(results, from, PIECE_BYTES);
                out.flush();
                awaitEnd();
            }
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
