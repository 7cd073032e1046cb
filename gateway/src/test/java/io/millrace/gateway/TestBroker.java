package io.millrace.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.millrace.connectors.testing.SharedBroker;
import io.millrace.gateway.batches.KafkaLink;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One broker for all tests of the run; each asks for topics of its own. */
public final class TestBroker implements BeforeAllCallback {

    private static final AtomicInteger LINKS = new AtomicInteger();

    private @Nullable SharedBroker kafka;

    @Override
    public void beforeAll(ExtensionContext context) {
        kafka = SharedBroker.of(context);
    }

    /** Topics that nobody else uses, made. */
    public KafkaLink newTopics() throws Exception {
        String suffix = "-" + LINKS.incrementAndGet();
        KafkaLink link =
                new KafkaLink(
                        requireNonNull(kafka).bootstrapServers(),
                        Map.of(),
                        "requests" + suffix,
                        "control" + suffix,
                        "batches" + suffix,
                        "results" + suffix);
        try (Admin admin = Admin.create(link.client(Map.of()))) {
            Map<String, String> config = Map.of("max.message.bytes", "9000000");
            admin.createTopics(
                            Stream.of(
                                            link.requestsTopic(),
                                            link.controlTopic(),
                                            link.batchesTopic(),
                                            link.resultsTopic())
                                    .map(
                                            name ->
                                                    new NewTopic(
                                                                    name,
                                                                    Optional.of(2),
                                                                    Optional.empty())
                                                            .configs(config))
                                    .toList())
                    .all()
                    .get();
        }
        return link;
    }

    /** Everything that is committed in a topic now. */
    public static List<ConsumerRecord<byte[], byte[]>> committed(KafkaLink link, String topic) {
        return SharedBroker.committed(link.client(Map.of()), topic);
    }

    /** Writes a record and waits for it. */
    public static void produce(KafkaLink link, ProducerRecord<byte[], byte[]> produced)
            throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        link.client(Map.of()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(produced).get();
        }
    }

    /** UTF-8. */
    public static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
