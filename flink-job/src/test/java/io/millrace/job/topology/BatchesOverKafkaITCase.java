package io.millrace.job.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.connectors.kafka.EmbeddedKafka;
import io.millrace.connectors.kafka.KafkaCluster;
import io.millrace.connectors.kafka.Topics;
import io.millrace.connectors.kafka.Topics.Retention;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import io.millrace.core.ledger.BatchState.Status;
import io.millrace.gateway.results.LocalResultFiles;
import io.millrace.gateway.results.ResultFiles;
import io.millrace.job.fakes.FakeModel;
import io.millrace.job.local.LocalConfiguration;
import io.millrace.job.local.LocalJob;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.JobSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches between a real broker and files, written as a gateway writes them. */
@Timeout(180)
class BatchesOverKafkaITCase {

    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final long FAR_MS = Duration.ofDays(1).toMillis();

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static FakeModel fake;
    private static LocalJob job;
    private static List<String> tasks = List.of();
    private static BatchSubmitter gateway;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), EmbeddedKafka.ANY_PORT);
        KafkaCluster cluster = KafkaCluster.of(kafka.bootstrapServers());
        for (String topic : List.of("requests", "results", "deadletter")) {
            Topics.createIfMissing(cluster, "millrace." + topic, 2, MAX_MESSAGE_BYTES);
        }
        Topics.createIfMissing(
                cluster, "millrace.control", 1, MAX_MESSAGE_BYTES, Retention.LIFE_OF_A_BATCH);
        Topics.createIfMissing(
                cluster, "millrace.batches", 2, MAX_MESSAGE_BYTES, Retention.LAST_OF_EACH_KEY);
        fake = FakeModel.steppingEvery(Duration.ofMillis(2));
        job = startJob();
        gateway = new BatchSubmitter(kafka.bootstrapServers());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        job.close();
        kafka.close();
    }

    @Test
    void whoSeesTheEndFindsEveryResultOnceThoughTheEngineBroke() throws Exception {
        List<String> requests = requests(1_500, 40);
        requests.set(7, "{\"id\":\"r7\",\"prompt\":\"x\",\"max_tokens\":-1}");
        requests.set(8, "no json");
        gateway.create(manifest("msgbatch_01", requests.size(), FAR_MS, FAR_MS), requests);
        gateway.await("msgbatch_01", state -> state.counts().finished() > 100);
        fake.probe().failOnce();

        BatchState ended = gateway.await("msgbatch_01", BatchesOverKafkaITCase::hasEnded);

        Map<String, String> results = results("msgbatch_01");
        assertThat(results)
                .hasSize(1_500)
                .containsEntry("r7", "errored")
                .containsEntry("r8", "errored");
        assertThat(ended.counts().succeeded()).isEqualTo(1_498);
        assertThat(ended.counts().errored()).isEqualTo(2);
        assertThat(ended.counts().outputTokens()).isEqualTo(1_498 * 40L);
        assertThat(folder.resolve("results/msgbatch_01/arrow").toFile().list()).isNotEmpty();
    }

    @Test
    void countingWritingAndCommittingShareATask() {
        assertThat(tasks)
                .filteredOn(name -> name.contains("track"))
                .singleElement()
                .asString()
                .contains("batch-results: Writer", "batch-results: Committer", "batches: Writer");
    }

    @Test
    void aCanceledBatchEndsWithAResultForEveryRequest() throws Exception {
        gateway.create(manifest("canceled", 6_000, FAR_MS, FAR_MS), requests(6_000, 300));
        gateway.await("canceled", state -> state.counts().finished() > 0);
        long atMs = System.currentTimeMillis();
        gateway.send(new ControlMessage.CancelBatch("canceled", atMs));

        BatchState ended = gateway.await("canceled", BatchesOverKafkaITCase::hasEnded);

        assertThat(ended.cancelInitiatedMs()).isEqualTo(atMs);
        assertThat(ended.counts().canceled()).isPositive();
        assertThat(ended.counts().finished()).isEqualTo(6_000);
        assertThat(results("canceled").values().stream().filter("canceled"::equals))
                .hasSize((int) ended.counts().canceled());
    }

    @Test
    void aBatchThatExpiresEndsWithAResultForEveryRequest() throws Exception {
        gateway.create(manifest("expired", 6_000, 1_000, FAR_MS), requests(6_000, 300));

        BatchState ended = gateway.await("expired", BatchesOverKafkaITCase::hasEnded);

        assertThat(ended.counts().expired()).isPositive();
        assertThat(ended.counts().finished()).isEqualTo(6_000);
        assertThat(results("expired").values().stream().filter("expired"::equals))
                .hasSize((int) ended.counts().expired());
    }

    @Test
    void aBatchIsArchivedInTimeAndDeletedOnRequest() throws Exception {
        gateway.create(manifest("old", 3, FAR_MS, 1), requests(3, 2));
        BatchState archived = gateway.await("old", state -> state.archivedMs() != null);
        assertThat(archived.status()).isEqualTo(Status.ENDED);
        assertThat(archived.counts().succeeded()).isEqualTo(3);
        assertThat(folder.resolve("results/old")).doesNotExist();

        gateway.create(manifest("unwanted", 3, FAR_MS, FAR_MS), requests(3, 2));
        gateway.await("unwanted", BatchesOverKafkaITCase::hasEnded);
        assertThat(results("unwanted")).hasSize(3);
        gateway.send(new ControlMessage.DeleteBatch("unwanted"));
        gateway.send(new ControlMessage.DeleteBatch("old"));

        gateway.awaitDeleted("unwanted");
        gateway.awaitDeleted("old");
        assertThat(folder.resolve("results/unwanted")).doesNotExist();
    }

    private static boolean hasEnded(BatchState state) {
        return state.status() == Status.ENDED;
    }

    private static LocalJob startJob() throws Exception {
        Configuration user =
                ConfigurationFiles.of(
                        Map.of(
                                "engine.model", "fake",
                                "kafka.bootstrap-servers", kafka.bootstrapServers(),
                                "batches.results-dir", folder.resolve("results").toString(),
                                "batches.publish-interval", "100 ms",
                                "batches.arrow-results", "true",
                                "parallelism.default", "2",
                                "execution.checkpointing.interval", "300 ms",
                                "restart-strategy.type", "fixed-delay",
                                "restart-strategy.fixed-delay.attempts", "1",
                                "restart-strategy.fixed-delay.delay", "100 ms"));
        Configuration configuration =
                new LocalConfiguration(user, folder.resolve("checkpoints")).toConfiguration();
        JobSettings settings = JobSettings.from(configuration);
        return LocalJob.start(
                configuration,
                "test",
                environment -> {
                    JobGraphs.build(
                            environment, settings, fake.model(), KafkaEndpoints.of(settings));
                    tasks = taskNames(environment);
                });
    }

    private static List<String> taskNames(StreamExecutionEnvironment environment) {
        List<String> names = new ArrayList<>();
        for (JobVertex vertex : environment.getStreamGraph(false).getJobGraph().getVertices()) {
            names.add(vertex.getName());
        }
        return names;
    }

    private static BatchManifest manifest(
            String id, int requests, long expiresInMs, long archivedInMs) {
        long nowMs = System.currentTimeMillis();
        return new BatchManifest(
                id,
                "workspace",
                "native",
                requests,
                nowMs,
                nowMs + expiresInMs,
                nowMs + archivedInMs,
                Map.of());
    }

    private static List<String> requests(int count, int outputTokens) {
        List<String> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(
                    "{\"id\":\"r%d\",\"prompt\":\"question %d\",\"max_tokens\":%d}"
                            .formatted(i, i, outputTokens));
        }
        return requests;
    }

    /** Status by id, as the files have it now; an id that is there twice fails. */
    private static Map<String, String> results(String batch) throws IOException {
        Map<String, String> statuses = new HashMap<>();
        ResultFiles files = new LocalResultFiles(folder.resolve("results"));
        for (ResultFiles.Part part : files.parts(batch)) {
            try (BufferedReader lines = open(files, batch, part)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    JsonNode result = JsonMapper.builder().build().readTree(line);
                    String id = result.get("id").asText();
                    assertThat(statuses.put(id, result.get("status").asText())).as(id).isNull();
                }
            } catch (NoSuchFileException merged) {
                return results(batch); // There is one file now, which stays.
            }
        }
        return statuses;
    }

    private static BufferedReader open(ResultFiles files, String batch, ResultFiles.Part part)
            throws IOException {
        return new BufferedReader(new InputStreamReader(files.open(batch, part, 0), UTF_8));
    }
}
