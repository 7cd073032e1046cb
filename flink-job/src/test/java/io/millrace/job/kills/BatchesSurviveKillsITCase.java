package io.millrace.job.kills;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connectors.kafka.KafkaCluster;
import io.millrace.connectors.kafka.Topics;
import io.millrace.connectors.kafka.Topics.Retention;
import io.millrace.job.fakes.FakeModel;
import io.millrace.job.kills.ServiceProcesses.Role;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.JobGraphs;
import io.millrace.job.topology.KafkaEndpoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broker, task manager and gateway are killed at random points while batches come in. A run takes
 * longer than a build should wait, so it is asked for: {@code -Dmillrace.kills.seeds=N} runs seeds
 * 1 to N, {@code -Dmillrace.kills.first-seed=S} begins with another.
 */
@EnabledIfSystemProperty(named = "millrace.kills.seeds", matches = "[1-9][0-9]*")
class BatchesSurviveKillsITCase {

    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final int FURTHER_KILLS = 2;
    private static final int MAX_PAUSE_MS = 1_500;

    /** None: the next kill comes while the service recovers from the last. */
    private static final int MAX_BATCHES_BETWEEN = 12;

    private static final int MAX_REQUESTS = 40;
    private static final int MAX_TOKENS = 150;
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration END = Duration.ofMinutes(5);

    private static final String REQUEST =
            "{\"custom_id\":\"%s\",\"params\":{\"model\":\"fake\",\"max_tokens\":%d,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"a question\"}]}}";

    @TempDir private Path folder;

    private record Created(int batch, int requests) {}

    static IntStream seeds() {
        int first = Integer.getInteger("millrace.kills.first-seed", 1);
        return IntStream.range(first, first + Integer.getInteger("millrace.kills.seeds", 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyBatchThatWasAnsweredEndsOnceAndNoOtherExists(int seed) throws Exception {
        long startNanos = System.nanoTime();
        Random random = new Random(seed);
        List<Role> victims = victims(random);
        String run = "seed %d, kills %s".formatted(seed, victims);
        try (ServiceProcesses service = new ServiceProcesses(folder)) {
            startAll(service);
            RetryingClient client = new RetryingClient(service.gateway());
            assertThat(client.list()).as(run).isEmpty();
            Map<String, Created> created = new HashMap<>();
            CompletableFuture<Void> kill = CompletableFuture.completedFuture(null);
            Iterator<Role> next = victims.iterator();
            int nextAt = 1;
            int refused = 0;
            for (int batch = 0; next.hasNext() || !kill.isDone(); batch++) {
                if (next.hasNext() && kill.isDone() && created.size() >= nextAt) {
                    kill = killSoon(service, next.next(), random.nextInt(MAX_PAUSE_MS));
                    nextAt = created.size() + random.nextInt(MAX_BATCHES_BETWEEN);
                }
                Created wanted = new Created(batch, 1 + random.nextInt(MAX_REQUESTS));
                Optional<String> id =
                        client.create(
                                body(batch, wanted.requests(), random),
                                random.nextBoolean() ? "key-" + batch : null,
                                random.nextBoolean());
                if (id.isEmpty()) {
                    refused++;
                } else {
                    assertThat(created.put(id.get(), wanted)).as("%s: %s", run, id).isNull();
                }
            }
            kill.get();

            List<JsonNode> batches = ended(client, service, run);

            assertThat(batches)
                    .as(run)
                    .extracting(batch -> batch.get("id").asText())
                    .containsExactlyInAnyOrderElementsOf(created.keySet());
            for (JsonNode batch : batches) {
                checkBatch(
                        client, batch, requireNonNull(created.get(batch.get("id").asText())), run);
            }
            System.out.printf(
                    "%s: %d batches, %d requests, %d creates refused, %d calls broken, %d s%n",
                    run,
                    created.size(),
                    created.values().stream().mapToInt(Created::requests).sum(),
                    refused,
                    client.broken(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos));
        }
    }

    /** Each once, then some more, in an order of the seed. */
    private static List<Role> victims(Random random) {
        List<Role> killable = List.of(Role.BROKER, Role.TASK_MANAGER, Role.GATEWAY);
        List<Role> victims = new ArrayList<>(killable);
        for (int i = 0; i < FURTHER_KILLS; i++) {
            victims.add(killable.get(random.nextInt(killable.size())));
        }
        Collections.shuffle(victims, random);
        return victims;
    }

    private static CompletableFuture<Void> killSoon(
            ServiceProcesses service, Role victim, int pauseMs) {
        return CompletableFuture.runAsync(
                () -> service.killAndStart(victim),
                CompletableFuture.delayedExecutor(pauseMs, TimeUnit.MILLISECONDS));
    }

    private static void startAll(ServiceProcesses service) throws Exception {
        for (Role role : Role.values()) {
            service.start(role);
        }
        Awaitility.await()
                .atMost(START)
                .ignoreExceptions()
                .untilAsserted(() -> createTopics(KafkaCluster.of(service.brokers())));
        JobClient job = submitJob(service);
        Awaitility.await()
                .atMost(START)
                .ignoreExceptions()
                .until(() -> job.getJobStatus().get() == JobStatus.RUNNING);
    }

    private static JobClient submitJob(ServiceProcesses service) throws Exception {
        Configuration configuration =
                ConfigurationFiles.of(
                        Map.ofEntries(
                                Map.entry("engine.model", "fake"),
                                Map.entry("kafka.bootstrap-servers", service.brokers()),
                                Map.entry("batches.results-dir", service.results().toString()),
                                Map.entry("parallelism.default", "2"),
                                Map.entry(
                                        "execution.checkpointing.dir",
                                        service.checkpoints().toUri().toString()),
                                Map.entry("execution.checkpointing.interval", "500 ms"),
                                Map.entry("restart-strategy.type", "fixed-delay"),
                                Map.entry("restart-strategy.fixed-delay.attempts", "1000"),
                                Map.entry("restart-strategy.fixed-delay.delay", "500 ms")));
        JobSettings settings = JobSettings.from(configuration);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createRemoteEnvironment(
                        "localhost", service.restPort(), configuration);
        JobGraphs.build(
                environment,
                settings,
                FakeModel.steppingEvery(Duration.ofMillis(2)).model(),
                KafkaEndpoints.of(settings));
        return environment.executeAsync("kills");
    }

    private static String body(int batch, int requests, Random random) {
        return IntStream.range(0, requests)
                .mapToObj(
                        i -> REQUEST.formatted(customId(batch, i), 1 + random.nextInt(MAX_TOKENS)))
                .collect(Collectors.joining(",", "{\"requests\":[", "]}"));
    }

    private static String customId(int batch, int request) {
        return "b%d-r%d".formatted(batch, request);
    }

    private static List<JsonNode> ended(RetryingClient client, ServiceProcesses service, String run)
            throws Exception {
        List<JsonNode> batches = new ArrayList<>();
        try {
            Awaitility.await()
                    .atMost(END)
                    .pollInterval(Duration.ofMillis(200))
                    .until(
                            () -> {
                                batches.clear();
                                batches.addAll(client.list());
                                return batches.stream()
                                        .allMatch(BatchesSurviveKillsITCase::isEnded);
                            });
        } catch (ConditionTimeoutException e) {
            batches.removeIf(BatchesSurviveKillsITCase::isEnded);
            throw new AssertionError(
                    "%s: not ended: %s%nlog of the job manager:%n%s"
                            .formatted(run, batches, service.tail(Role.JOB_MANAGER)),
                    e);
        }
        return batches;
    }

    private static boolean isEnded(JsonNode batch) {
        return batch.get("processing_status").asText().equals("ended");
    }

    private static void checkBatch(
            RetryingClient client, JsonNode batch, Created created, String run) throws Exception {
        String id = batch.get("id").asText();
        JsonNode counts = batch.get("request_counts");
        assertThat(counts.get("succeeded").asInt())
                .as("%s: %s", run, batch)
                .isEqualTo(created.requests());
        for (String none : List.of("processing", "errored", "canceled", "expired")) {
            assertThat(counts.get(none).asInt()).as("%s: %s: %s", run, id, none).isZero();
        }
        assertThat(client.results(id))
                .as("%s: %s", run, id)
                .allSatisfy(
                        result ->
                                assertThat(result.at("/result/type").asText())
                                        .isEqualTo("succeeded"))
                .extracting(result -> result.get("custom_id").asText())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, created.requests())
                                .mapToObj(i -> customId(created.batch(), i))
                                .toList());
    }

    private static void createTopics(KafkaCluster cluster) throws KafkaCluster.Unreachable {
        for (String topic : List.of("requests", "results", "deadletter")) {
            Topics.createIfMissing(cluster, "millrace." + topic, 2, MAX_MESSAGE_BYTES);
        }
        Topics.createIfMissing(
                cluster, "millrace.control", 1, MAX_MESSAGE_BYTES, Retention.LIFE_OF_A_BATCH);
        Topics.createIfMissing(
                cluster, "millrace.batches", 2, MAX_MESSAGE_BYTES, Retention.LAST_OF_EACH_KEY);
    }
}
