package io.millrace.job.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.connectors.kafka.EmbeddedKafka;
import io.millrace.job.client.BatchClient;
import io.millrace.job.client.BatchStatus;
import io.millrace.job.client.GatewayException;
import io.millrace.job.client.ResultsDownload;
import io.millrace.job.fakes.FakeModel;
import io.millrace.job.options.ConfigurationFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.flink.configuration.Configuration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Everything that {@code up} starts, from the client's first byte to its last. */
@Timeout(180)
class LocalServiceITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String MERGED = "results.jsonl";

    @TempDir private static Path folder;

    private static LocalService service;
    private static BatchClient client;
    private static ApiKeyText key;

    @BeforeAll
    static void start() throws Exception {
        Configuration configuration =
                ConfigurationFiles.of(
                        Map.of(
                                "engine.model", "fake",
                                "batches.arrow-results", "true",
                                "batches.results-dir", "remote://" + folder.resolve("results"),
                                "execution.checkpointing.interval", "300 ms"));
        key = ApiKeyText.of(null, new SecureRandom());
        service =
                LocalService.start(
                        configuration,
                        FakeModel.steppingEvery(Duration.ofMillis(1)).model(),
                        new LocalService.Ports(
                                EmbeddedKafka.ANY_PORT, LocalService.Ports.freeOr(8081), 0),
                        key);
        client = new BatchClient(service.gateway(), key.value());
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        service.close(); // As an interruption does while the command ends too.
    }

    @Test
    void aSubmittedFileComesBackInItsOrder() throws Exception {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            entries.add(entry("id-" + i, "fake", 3));
        }
        entries.set(7, entry("id-7", "unknown", 3));
        Path requests = Files.write(folder.resolve("in.jsonl"), entries);

        BatchStatus ended = awaitEnd(client.submit(requests));
        Path results = folder.resolve("out.jsonl");
        new ResultsDownload(client, ended.id()).inOrderOf(requests, results, bytes -> {});

        assertThat(ended.succeeded()).isEqualTo(499);
        assertThat(ended.errored()).isEqualTo(1);
        List<String> lines = Files.readAllLines(results);
        assertThat(lines).hasSize(500);
        for (int i = 0; i < 500; i++) {
            JsonNode line = JSON.readTree(lines.get(i));
            assertThat(line.path("custom_id").asText()).isEqualTo("id-" + i);
            assertThat(line.at("/result/type").asText())
                    .isEqualTo(i == 7 ? "errored" : "succeeded");
        }
    }

    @Test
    void filesOfABatchAreMergedAndItsResultsStay() throws Exception {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            entries.add(entry("id-" + i, "fake", 1 + i * 3));
        }
        String id = awaitEnd(client.submit(Files.write(folder.resolve("m.jsonl"), entries))).id();
        Path first = folder.resolve("first.jsonl");
        Path second = folder.resolve("second.jsonl");
        new ResultsDownload(client, id).to(first, bytes -> {});
        Path files = folder.resolve("results").resolve(id);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> names(files).equals(Set.of(MERGED, "arrow")));

        new ResultsDownload(client, id).to(second, bytes -> {});

        assertThat(Files.readAllLines(second)).hasSize(300).isEqualTo(Files.readAllLines(first));
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void resultsComeAsColumnsToo() throws Exception {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            entries.add(entry("id-" + i, "fake", 1 + i * 3));
        }
        String id = awaitEnd(client.submit(Files.write(folder.resolve("c.jsonl"), entries))).id();
        Set<String> ids = new TreeSet<>();
        try (InputStream stream = client.arrowResults(id);
                RootAllocator allocator = new RootAllocator();
                ArrowStreamReader reader = new ArrowStreamReader(stream, allocator)) {
            while (reader.loadNextBatch()) {
                VectorSchemaRoot batch = reader.getVectorSchemaRoot();
                for (int i = 0; i < batch.getRowCount(); i++) {
                    assertThat(ids.add(String.valueOf(batch.getVector("id").getObject(i))))
                            .isTrue();
                }
            }
        }
        assertThat(ids).hasSize(300);
    }

    @Test
    void aCanceledBatchEnds() throws Exception {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            entries.add(entry("id-" + i, "fake", 2_000));
        }
        BatchStatus submitted = client.submit(Files.write(folder.resolve("long.jsonl"), entries));
        assertThat(client.cancel(submitted.id()).status()).isEqualTo("canceling");

        BatchStatus ended = awaitEnd(submitted);

        assertThat(ended.canceled()).isPositive();
        assertThat(ended.requests()).isEqualTo(2_000);
    }

    @Test
    void countsTokensAsTheJobDoes() throws Exception {
        HttpResponse<String> counted =
                post(
                        "{\"model\":\"fake\",\"messages\":"
                                + "[{\"role\":\"user\",\"content\":\"four\"}]}");
        HttpResponse<String> refused = post("{\"model\":\"fake\",\"messages\":[]}");

        assertThat(JSON.readTree(counted.body()).path("input_tokens").asInt()).isEqualTo(4);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("messages");
    }

    private static HttpResponse<String> post(String body) throws Exception {
        URI uri = service.gateway().resolve("/v1/messages/count_tokens");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .header("x-api-key", key.value())
                                .header("anthropic-version", "2023-06-01")
                                .header("content-type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
    }

    @Test
    void isReadyAndLetsNobodyInWithoutTheKey() throws Exception {
        URI ready = service.gateway().resolve("/readyz");
        assertThat(
                        HttpClient.newHttpClient()
                                .send(
                                        HttpRequest.newBuilder(ready).build(),
                                        BodyHandlers.ofString())
                                .statusCode())
                .isEqualTo(200);
        assertThatThrownBy(() -> new BatchClient(service.gateway(), "wrong").status("msgbatch_1"))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("401");
    }

    private static BatchStatus awaitEnd(BatchStatus submitted) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> client.status(submitted.id()), BatchStatus::hasEnded);
    }

    private static String entry(String id, String model, int maxTokens) {
        return ("{\"custom_id\":\"%s\",\"params\":{\"model\":\"%s\",\"max_tokens\":%d,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}}")
                .formatted(id, model, maxTokens);
    }
}
