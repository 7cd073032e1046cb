package io.millrace.job.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.job.client.RequestsBody.Frame;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A client of a gateway's batches, in whichever of its two APIs has a batch: the id tells. What was
 * broken on the way is tried again a few times; a batch is not made twice by that. Safe for any
 * thread; methods block.
 */
public final class BatchClient {

    private static final String MESSAGES = "v1/messages/batches/";
    private static final String OPEN_AI = "v1/batches/";
    private static final String OPEN_AI_ID = "batch_";
    private static final String ARROW = "application/vnd.apache.arrow.stream";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final GatewayHttp http;

    /**
     * A client; it connects when it is asked something.
     *
     * @param base of the gateway, for example {@code http://localhost:8080}
     * @param key of the API
     */
    public BatchClient(URI base, String key) {
        this(base, key, Timeouts.DEFAULT);
    }

    /** The same with another patience. */
    public BatchClient(URI base, String key, Timeouts timeouts) {
        this.http = new GatewayHttp(base, key, timeouts);
    }

    /**
     * Submits a file of requests, one JSON object per line: entries of Message Batches, lines of
     * OpenAI's batches, or Millrace's own, which become OpenAI's.
     *
     * @throws IllegalArgumentException if the lines are none of these
     */
    public BatchStatus submit(Path file) throws IOException, InterruptedException {
        RequestKind.Found found = RequestKind.in(file);
        return switch (found.kind()) {
            case MESSAGES -> submitMessages(file);
            case OPEN_AI ->
                    submitOpenAi(file, found.first().path("url").asText(), UnaryOperator::identity);
            case NATIVE -> {
                // All of it before any is sent: what is wrong with a line is no fault of the way.
                String endpoint = NativeLines.check(file, found.first());
                yield submitOpenAi(
                        file,
                        endpoint,
                        () -> new NativeLines(file.toString(), found.first())::convert);
            }
        };
    }

    private BatchStatus submitMessages(Path file) throws IOException, InterruptedException {
        String idempotencyKey = UUID.randomUUID().toString();
        BodyPublisher body =
                BodyPublishers.ofInputStream(
                        () -> RequestsBody.of(file, Frame.MESSAGES, UnaryOperator.identity()));
        return BatchStatus.of(
                http.json(
                        () ->
                                http.intake("v1/messages/batches")
                                        .header("content-type", "application/json")
                                        .header("idempotency-key", idempotencyKey)
                                        .POST(body)));
    }

    /**
     * A file that was sent twice is there twice, until it expires; the batch is one all the same.
     */
    private BatchStatus submitOpenAi(
            Path file, String endpoint, Supplier<UnaryOperator<String>> convert)
            throws IOException, InterruptedException {
        String boundary = "millrace-" + UUID.randomUUID();
        Frame form = Frame.form(boundary, String.valueOf(file.getFileName()));
        BodyPublisher body =
                BodyPublishers.ofInputStream(() -> RequestsBody.of(file, form, convert.get()));
        JsonNode uploaded =
                http.json(
                        () ->
                                http.intake("v1/files")
                                        .header(
                                                "content-type",
                                                "multipart/form-data; boundary=" + boundary)
                                        .POST(body));
        String create =
                JSON.createObjectNode()
                        .put("input_file_id", uploaded.path("id").asText())
                        .put("endpoint", endpoint)
                        .put("completion_window", "24h")
                        .toString();
        return BatchStatus.of(
                http.json(
                        () ->
                                http.intake("v1/batches")
                                        .header("content-type", "application/json")
                                        .header("idempotency-key", boundary)
                                        .POST(BodyPublishers.ofString(create))));
    }

    /** How far a batch is. */
    public BatchStatus status(String id) throws IOException, InterruptedException {
        return BatchStatus.of(http.json(() -> http.call(path(id) + "?live=true").GET()));
    }

    /** Asks for the end of a batch; says how far it is. */
    public BatchStatus cancel(String id) throws IOException, InterruptedException {
        return BatchStatus.of(
                http.json(
                        () ->
                                http.call(path(id) + "/cancel?live=true")
                                        .POST(BodyPublishers.noBody())));
    }

    /**
     * Where the results of a batch are, as {@link #results} takes it.
     *
     * @throws IOException if they are not there yet
     */
    List<String> resultPaths(String id) throws IOException, InterruptedException {
        if (!id.startsWith(OPEN_AI_ID)) {
            return List.of(path(id) + "/results");
        }
        JsonNode batch = http.json(() -> http.call(path(id)).GET());
        List<String> paths =
                Stream.of("output_file_id", "error_file_id")
                        .map(field -> batch.path(field).asText(""))
                        .filter(BatchManifest::isId)
                        .map(file -> "v1/files/" + file + "/content")
                        .toList();
        if (paths.isEmpty()) {
            throw new IOException(
                    "%s: %s (expected: a batch that has ended)"
                            .formatted(id, batch.path("status").asText()));
        }
        return paths;
    }

    /**
     * Results from some byte on. A stream that breaks off is not gone on with here: {@link
     * ResultsDownload} does that.
     */
    Results results(String path, long from) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                http.send(
                        () -> {
                            HttpRequest.Builder request = http.call(path).GET();
                            return from == 0
                                    ? request
                                    : request.header("range", "bytes=" + from + "-");
                        });
        return new Results(answer.body(), answer.statusCode() == 206 ? from : 0);
    }

    /**
     * The results of a batch as an Arrow IPC stream, where the job writes that form too.
     *
     * @throws IllegalArgumentException if it is a batch of OpenAI's API, which knows one form only
     */
    public InputStream arrowResults(String id) throws IOException, InterruptedException {
        if (id.startsWith(OPEN_AI_ID)) {
            throw new IllegalArgumentException(
                    "--format of %s (expected: jsonl, the only form that OpenAI's API has)"
                            .formatted(id));
        }
        return http.send(() -> http.call(path(id) + "/results").header("accept", ARROW).GET())
                .body();
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
        return (id.startsWith(OPEN_AI_ID) ? OPEN_AI : MESSAGES) + id;
    }
}
