package io.millrace.job.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.core.ledger.BatchManifest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A client of a gateway's Message Batches API. What was broken on the way is tried again a few
 * times; a batch is not made twice by that. Safe for any thread; methods block.
 */
public final class BatchClient {

    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MS = 200;
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;
    private static final String BATCHES = "v1/messages/batches";
    private static final String ARROW = "application/vnd.apache.arrow.stream";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI base;
    private final String key;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();

    /**
     * A client; it connects when it is asked something.
     *
     * @param base of the gateway, for example {@code http://localhost:8080}
     * @param key of the API
     */
    public BatchClient(URI base, String key) {
        this.base = base.toString().endsWith("/") ? base : URI.create(base + "/");
        this.key = key;
    }

    /** Submits a file of entries, one JSON object per line. */
    public BatchStatus submit(Path file) throws IOException, InterruptedException {
        String idempotencyKey = UUID.randomUUID().toString();
        BodyPublisher body = BodyPublishers.ofInputStream(() -> RequestsBody.of(file));
        return status(
                () ->
                        call(BATCHES)
                                .header("content-type", "application/json")
                                .header("idempotency-key", idempotencyKey)
                                .POST(body));
    }

    /** How far a batch is. */
    public BatchStatus status(String id) throws IOException, InterruptedException {
        return status(() -> call(path(id) + "?live=true").GET());
    }

    /** Asks for the end of a batch. */
    public BatchStatus cancel(String id) throws IOException, InterruptedException {
        return status(() -> call(path(id) + "/cancel").POST(BodyPublishers.noBody()));
    }

    /**
     * The results of a batch from some byte on. A stream that breaks off is not gone on with here:
     * {@link ResultsDownload} does that.
     */
    Results results(String id, long from) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                send(
                        () -> {
                            HttpRequest.Builder request = call(path(id) + "/results").GET();
                            return from == 0
                                    ? request
                                    : request.header("range", "bytes=" + from + "-");
                        });
        return new Results(answer.body(), answer.statusCode() == 206 ? from : 0);
    }

    /** The results of a batch as an Arrow IPC stream, where the job writes that form too. */
    public InputStream arrowResults(String id) throws IOException, InterruptedException {
        return send(() -> call(path(id) + "/results").header("accept", ARROW).GET()).body();
    }

    /**
     * Bytes of the results.
     *
     * @param from where they begin: a server may ignore what was asked
     */
    record Results(InputStream bytes, long from) {}

    private static String path(String id) {
        if (!BatchManifest.isId(id)) {
            throw new IllegalArgumentException("id: %s (expected: that of a batch)".formatted(id));
        }
        return BATCHES + "/" + id;
    }

    private HttpRequest.Builder call(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .header("x-api-key", key)
                .header("anthropic-version", "2023-06-01");
    }

    private interface Call {
        HttpRequest.Builder request();
    }

    private BatchStatus status(Call call) throws IOException, InterruptedException {
        try (InputStream body = send(call).body()) {
            return BatchStatus.of(JSON.readTree(body));
        }
    }

    private HttpResponse<InputStream> send(Call call) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            String problem;
            IOException failure;
            try {
                HttpResponse<InputStream> answer =
                        http.send(call.request().build(), BodyHandlers.ofInputStream());
                if (answer.statusCode() < 300) {
                    return answer;
                }
                problem = refusal(answer);
                failure = new IOException(problem);
                if (answer.statusCode() < SERVER_ERROR && answer.statusCode() != TOO_MANY) {
                    throw new GatewayException(answer.statusCode(), problem);
                }
            } catch (GatewayException e) {
                throw e;
            } catch (IOException e) {
                failure =
                        new IOException(
                                "gateway: %s does not answer (%s); is it the right --url?"
                                        .formatted(base, reason(e)),
                                e);
            }
            if (attempt == ATTEMPTS) {
                throw failure;
            }
            TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MS << attempt);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** The API's own words, where it is the API that answers. */
    private static String refusal(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream body = answer.body()) {
            String text = new String(body.readNBytes(1 << 16), UTF_8);
            try {
                JsonNode error = JSON.readTree(text).path("error");
                if (error.path("message").isTextual()) {
                    return "%s (%d %s)"
                            .formatted(
                                    error.path("message").asText(),
                                    answer.statusCode(),
                                    error.path("type").asText());
                }
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                return "HTTP status %d from %s".formatted(answer.statusCode(), answer.uri());
            }
            return "HTTP status %d from %s".formatted(answer.statusCode(), answer.uri());
        }
    }
}
