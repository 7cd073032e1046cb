package io.millrace.job.kills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A client of a gateway that may be dead. For one thread; methods block. */
final class RetryingClient {

    private static final int OK = 200;
    private static final String BATCHES = "/v1/messages/batches";
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration ANSWER = Duration.ofSeconds(90);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String base;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int broken;

    RetryingClient(String base) {
        this.base = base;
    }

    /**
     * Creates a batch. A call that broke off may have made one, so it is repeated until that is
     * known.
     *
     * @param givesUp on the first answer that is an error, where no call broke off before
     * @return the id; nothing if every call was answered by an error, so that no batch may exist
     */
    Optional<String> create(String body, @Nullable String idempotencyKey, boolean givesUp) {
        List<Optional<String>> outcome = new ArrayList<>();
        boolean[] doubtful = {false};
        await().until(
                        () -> {
                            HttpResponse<String> answer = post(body, idempotencyKey);
                            if (answer == null) {
                                doubtful[0] = true;
                                return false;
                            }
                            if (answer.statusCode() == OK) {
                                outcome.add(Optional.of(id(answer.body())));
                            } else if (givesUp && !doubtful[0]) {
                                outcome.add(Optional.empty());
                            }
                            return !outcome.isEmpty();
                        });
        return outcome.get(0);
    }

    /** How many calls got no answer. */
    int broken() {
        return broken;
    }

    /** All batches that there are. */
    List<JsonNode> list() throws IOException {
        List<JsonNode> batches = new ArrayList<>();
        JsonNode page = JSON.readTree(get(BATCHES + "?live=true&limit=1000"));
        page.get("data").forEach(batches::add);
        if (page.get("has_more").asBoolean()) {
            throw new IOException("more batches than a page has");
        }
        return batches;
    }

    /** The results of a batch that has ended. */
    List<JsonNode> results(String id) throws IOException {
        List<JsonNode> results = new ArrayList<>();
        try (Stream<String> lines = get(BATCHES + "/" + id + "/results").lines()) {
            for (String line : lines.toList()) {
                results.add(JSON.readTree(line));
            }
        }
        return results;
    }

    private String get(String path) {
        List<String> body = new ArrayList<>();
        await().until(
                        () -> {
                            HttpResponse<String> answer = send(call(path).GET());
                            if (answer != null && answer.statusCode() == OK) {
                                body.add(answer.body());
                            }
                            return !body.isEmpty();
                        });
        return body.get(0);
    }

    private @Nullable HttpResponse<String> post(String body, @Nullable String idempotencyKey)
            throws InterruptedException {
        HttpRequest.Builder call =
                call(BATCHES)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body));
        return send(idempotencyKey == null ? call : call.header("idempotency-key", idempotencyKey));
    }

    private @Nullable HttpResponse<String> send(HttpRequest.Builder call)
            throws InterruptedException {
        try {
            return http.send(call.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            broken++;
            return null;
        }
    }

    private HttpRequest.Builder call(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER)
                .header("x-api-key", ServiceProcesses.API_KEY)
                .header("anthropic-version", "2023-06-01");
    }

    private static String id(String body) throws IOException {
        return JSON.readTree(body).get("id").asText();
    }

    private static org.awaitility.core.ConditionFactory await() {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .pollInSameThread()
                .pollDelay(Duration.ZERO);
    }
}
