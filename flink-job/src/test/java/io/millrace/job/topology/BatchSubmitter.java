package io.millrace.job.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import io.millrace.core.request.Submission;
import io.millrace.wire.BatchStates;
import io.millrace.wire.ControlMessages;
import io.millrace.wire.SubmissionHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** What a gateway does, as far as the job is concerned. For one thread. */
final class BatchSubmitter implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Optional<BatchState>> batches = new HashMap<>();

    BatchSubmitter(String brokers) {
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", brokers, "transactional.id", "gateway"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers", brokers,
                                "isolation.level", "read_committed",
                                "auto.offset.reset", "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(
                consumer.partitionsFor("millrace.batches").stream()
                        .map(found -> new TopicPartition(found.topic(), found.partition()))
                        .toList());
    }

    /**
     * Writes a batch in one transaction.
     *
     * @param requests the values of its records; their ids are r0, r1, ...
     */
    void create(BatchManifest manifest, List<String> requests) {
        producer.beginTransaction();
        for (int i = 0; i < requests.size(); i++) {
            ProducerRecord<byte[], byte[]> request =
                    new ProducerRecord<>(
                            "millrace.requests",
                            ("r" + i).getBytes(UTF_8),
                            requests.get(i).getBytes(UTF_8));
            SubmissionHeaders.write(
                    new Submission(
                            "r" + i,
                            manifest.dialect(),
                            manifest.id(),
                            manifest.workspace(),
                            1,
                            manifest.expiresMs(),
                            null,
                            null),
                    request.headers());
            write(request);
        }
        sendControl(new ControlMessage.CreateBatch(manifest));
        write(
                new ProducerRecord<>(
                        "millrace.batches",
                        manifest.id().getBytes(UTF_8),
                        BatchStates.toBytes(BatchState.created(manifest))));
        producer.commitTransaction();
    }

    void send(ControlMessage message) {
        producer.beginTransaction();
        sendControl(message);
        producer.commitTransaction();
    }

    /** Waits until the batch is so on the topic. */
    BatchState await(String batch, Predicate<BatchState> condition) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> state(batch).filter(condition).isPresent());
        return state(batch).orElseThrow();
    }

    /** Waits until there is no such batch any more. */
    void awaitDeleted(String batch) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> state(batch).isEmpty());
    }

    private Optional<BatchState> state(String batch) {
        consumer.poll(Duration.ofMillis(50))
                .forEach(
                        record ->
                                batches.put(
                                        new String(record.key(), UTF_8),
                                        Optional.ofNullable(record.value())
                                                .map(BatchStates::parse)));
        return batches.getOrDefault(batch, Optional.empty());
    }

    private void sendControl(ControlMessage message) {
        write(new ProducerRecord<>("millrace.control", ControlMessages.toBytes(message)));
    }

    /** The commit fails if this does. */
    private void write(ProducerRecord<byte[], byte[]> record) {
        var unused = producer.send(record);
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
