package io.millrace.connectors.kafka;

import static java.util.Objects.requireNonNull;

import io.millrace.connectors.testing.SharedBroker;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One broker for all tests of the run; each test uses topics of its own. */
final class TestKafka implements BeforeAllCallback {

    private @Nullable SharedBroker kafka;

    @Override
    public void beforeAll(ExtensionContext context) {
        kafka = SharedBroker.of(context);
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
        return SharedBroker.committed(
                Map.of("bootstrap.servers", cluster().bootstrapServers()), topic);
    }
}
