package io.millrace.job.local;

import io.millrace.job.options.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What a client of the job does: writes requests, reads committed results. For one thread. */
public final class TopicClient implements AutoCloseable {

    private final KafkaSettings settings;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Connects; results are read from the first one on. */
    public TopicClient(KafkaSettings settings) {
        this.settings = settings;
        Map<String, Object> properties = new HashMap<>(settings.cluster().properties());
        properties.put(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.cluster().bootstrapServers());
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(settings.topics().results())
                .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
        consumer.assign(partitions);
    }

    /** Writes requests; returns when the broker has them all. */
    public void send(Collection<String> lines) throws InterruptedException, ExecutionException {
        Map<String, Object> properties = new HashMap<>(settings.cluster().properties());
        properties.put(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.cluster().bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (String line : lines) {
                byte[] value = line.getBytes(StandardCharsets.UTF_8);
                sent.add(producer.send(new ProducerRecord<>(settings.topics().requests(), value)));
            }
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        }
    }

    /** The results that have come since the last call; waits so long for the first of them. */
    public List<String> results(Duration wait) {
        List<String> lines = new ArrayList<>();
        consumer.poll(wait)
                .forEach(record -> lines.add(new String(record.value(), StandardCharsets.UTF_8)));
        return lines;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
