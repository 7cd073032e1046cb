package io.millrace.job.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.connectors.kafka.EmbeddedKafka;
import io.millrace.connectors.kafka.KafkaCluster;
import io.millrace.connectors.kafka.Topics;
import io.millrace.job.fakes.FakeModel;
import io.millrace.job.local.LocalConfiguration;
import io.millrace.job.local.LocalJob;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.JobSettings;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job between the topics of a real broker, with an engine that breaks in the middle. */
class JobOverKafkaITCase {

    private static final int REQUESTS = 2_000;
    private static final int BEFORE_FAILURE = 500;
    private static final int PARTITIONS = 3;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;
    private static final int OUTPUT_TOKENS = 40;

    @TempDir private Path folder;

    private EmbeddedKafka kafka;
    private KafkaCluster cluster;

    @BeforeEach
    void startBroker() throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), EmbeddedKafka.ANY_PORT);
        cluster = KafkaCluster.of(kafka.bootstrapServers());
        for (String topic : List.of("requests", "control", "results", "deadletter")) {
            Topics.createIfMissing(cluster, "millrace." + topic, PARTITIONS, MAX_MESSAGE_BYTES);
        }
    }

    @AfterEach
    void stopBroker() {
        kafka.close();
    }

    @Test
    @Timeout(300)
    void everyRequestIsAnsweredOnceThoughTheEngineBreaks() throws Exception {
        produce(IntStream.range(0, REQUESTS).mapToObj(JobOverKafkaITCase::request).toList());
        FakeModel fake = FakeModel.steppingEvery(Duration.ofMillis(2));
        try (LocalJob job = start(fake)) {
            List<String> lines = new ArrayList<>();
            try (KafkaConsumer<byte[], byte[]> consumer = consumer("millrace.results")) {
                poll(consumer, lines, BEFORE_FAILURE);
                fake.probe().failOnce();
                poll(consumer, lines, REQUESTS);
                // Whatever would come twice comes with the next checkpoints.
                consumer.poll(Duration.ofSeconds(2)).forEach(r -> lines.add(text(r)));
            }

            assertAnsweredOnce(lines);
            assertThat(fake.probe().resumedTokens()).isNotEmpty();
            assertThat(sum(fake.probe().resumedTokens()))
                    .isEqualTo(fake.probe().prefilledTokens() - fake.probe().promptTokens());
            Report report = job.report();
            assertThat(report.get(Figure.REQUESTS)).isEqualTo(REQUESTS);
            assertThat(report.get(Figure.SUCCEEDED)).isEqualTo(REQUESTS);
            assertThat(report.get(Figure.OUTPUT_TOKENS)).isEqualTo((long) REQUESTS * OUTPUT_TOKENS);
        }
    }

    @Test
    @Timeout(120)
    void unreadableRecordsBecomeDeadLettersAndBadRequestsErrors() throws Exception {
        produce(
                List.of(
                        "no json",
                        "{\"id\":\"bad\",\"prompt\":\"x\",\"max_tokens\":-1}",
                        "{\"id\":\"good\",\"prompt\":\"x\",\"max_tokens\":2}"));
        try (LocalJob job = start(FakeModel.steppingEvery(Duration.ofMillis(1)))) {
            List<String> results = new ArrayList<>();
            List<String> letters = new ArrayList<>();
            try (KafkaConsumer<byte[], byte[]> consumer = consumer("millrace.results")) {
                poll(consumer, results, 2);
            }
            try (KafkaConsumer<byte[], byte[]> consumer = consumer("millrace.deadletter")) {
                poll(consumer, letters, 1);
            }

            assertThat(letters).containsExactly("no json");
            assertThat(results)
                    .anySatisfy(line -> assertThat(line).contains("bad", "errored", "max_tokens"))
                    .anySatisfy(line -> assertThat(line).contains("good", "succeeded"));
            assertThat(job.isRunning()).isTrue();
        }
    }

    private LocalJob start(FakeModel fake) throws Exception {
        Configuration user =
                ConfigurationFiles.of(
                        Map.of(
                                "engine.model", "fake",
                                "kafka.bootstrap-servers", kafka.bootstrapServers(),
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
                environment ->
                        JobGraphs.build(
                                environment, settings, fake.model(), KafkaEndpoints.of(settings)));
    }

    private static void assertAnsweredOnce(List<String> lines) throws IOException {
        Map<String, String> texts = new HashMap<>();
        for (String line : lines) {
            JsonNode result = JsonMapper.builder().build().readTree(line);
            String id = result.get("id").asText();
            assertThat(texts.put(id, result.at("/output/text").asText())).as(id).isNull();
        }
        assertThat(texts).hasSize(REQUESTS);
        for (int i = 0; i < REQUESTS; i++) {
            assertThat(texts).containsEntry("r" + i, FakeModel.answer(prompt(i), OUTPUT_TOKENS));
        }
    }

    private static long sum(Map<String, Integer> tokens) {
        return tokens.values().stream().mapToLong(Integer::longValue).sum();
    }

    private static String request(int i) {
        return "{\"id\":\"r%d\",\"prompt\":\"%s\",\"max_tokens\":%d}"
                .formatted(i, prompt(i), OUTPUT_TOKENS);
    }

    private static String prompt(int i) {
        return "question number " + i;
    }

    private static String text(ConsumerRecord<byte[], byte[]> consumed) {
        return new String(consumed.value(), StandardCharsets.UTF_8);
    }

    private void produce(List<String> lines) throws Exception {
        Map<String, Object> properties = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (String line : lines) {
                byte[] value = line.getBytes(StandardCharsets.UTF_8);
                sent.add(producer.send(new ProducerRecord<>("millrace.requests", value)));
            }
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String topic) {
        Map<String, Object> properties =
                Map.of(
                        "bootstrap.servers", kafka.bootstrapServers(),
                        "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(
                IntStream.range(0, PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(topic, partition))
                        .toList());
        return consumer;
    }

    private static void poll(
            KafkaConsumer<byte[], byte[]> consumer, List<String> lines, int atLeast) {
        while (lines.size() < atLeast) {
            consumer.poll(Duration.ofMillis(200)).forEach(r -> lines.add(text(r)));
        }
    }
}
