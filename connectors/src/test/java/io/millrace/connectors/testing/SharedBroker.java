package io.millrace.connectors.testing;

import io.millrace.connectors.kafka.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One broker for all tests of a run, started by the first that asks and closed with the run. */
public final class SharedBroker implements AutoCloseable {

    private final Path directory;
    private final EmbeddedKafka kafka;

    private SharedBroker() {
        try {
            directory = Files.createTempDirectory("millrace-kafka");
            kafka = EmbeddedKafka.start(directory, EmbeddedKafka.ANY_PORT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The broker of the run. */
    public static SharedBroker of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedBroker.class))
                .computeIfAbsent("broker", name -> new SharedBroker(), SharedBroker.class);
    }

    /** Its address. */
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /**
     * Everything that is committed in a topic now.
     *
     * @param client properties of a client of the broker
     */
    public static List<ConsumerRecord<byte[], byte[]>> committed(
            Map<String, Object> client, String topic) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put("isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream()
                    .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
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
