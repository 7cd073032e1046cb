package io.millrace.connectors.kafka;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One broker for all tests of the run; each test uses topics of its own. */
final class TestKafka implements BeforeAllCallback {

    private @Nullable EmbeddedKafka kafka;

    @Override
    public void beforeAll(ExtensionContext context) {
        kafka =
                context.getRoot()
                        .getStore(ExtensionContext.Namespace.create(TestKafka.class))
                        .computeIfAbsent("broker", name -> new Broker(), Broker.class)
                        .kafka;
    }

    KafkaCluster cluster() {
        return KafkaCluster.of(requireNonNull(kafka).bootstrapServers());
    }

    TopicLimits create(String topic, int partitions) throws KafkaCluster.Unreachable {
        return Topics.createIfMissing(cluster(), topic, partitions, 1_000_000);
    }

    void produce(List<ProducerRecord<byte[], byte[]>> messages) {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            messages.forEach(message -> send(producer, message));
            producer.flush();
        }
    }

    static void send(
            KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> message) {
        var unused =
                producer.send(
                        message,
                        (metadata, failure) -> {
                            if (failure != null) {
                                throw new AssertionError(failure);
                            }
                        });
    }

    KafkaProducer<byte[], byte[]> producer(Map<String, String> more) {
        Properties properties = new Properties();
        properties.putAll(more);
        properties.put("bootstrap.servers", cluster().bootstrapServers());
        properties.put("max.request.size", "4000000");
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Everything committed that is in the topic now. */
    List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", cluster().bootstrapServers());
        properties.put("isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream()
                    .anyMatch(
                            partition ->
                                    consumer.position(partition)
                                            < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    private static final class Broker implements AutoCloseable {
        private final Path directory;
        private final EmbeddedKafka kafka;

        Broker() {
            try {
                directory = Files.createTempDirectory("millrace-kafka");
                kafka = EmbeddedKafka.start(directory, EmbeddedKafka.ANY_PORT);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            kafka.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
