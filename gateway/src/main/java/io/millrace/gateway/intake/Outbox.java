package io.millrace.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.control.ControlMessage;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.http.ApiException;
import io.millrace.wire.ControlMessages;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what stands alone: control messages, and single requests. Safe for any thread; {@link
 * #send} may block for a moment while Kafka is silent.
 */
public final class Outbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final KafkaLink link;
    private final KafkaProducer<byte[], byte[]> producer;

    /** Connects when it is first used. */
    public Outbox(KafkaLink link, int maxRecordBytes) {
        this.link = link;
        this.producer =
                new KafkaProducer<>(
                        link.client(Producers.properties(maxRecordBytes, Map.of())),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    /** Completes when Kafka has it; exceptionally with an {@link ApiException}. */
    public CompletableFuture<Void> send(ControlMessage message) {
        byte[] key = null;
        if (message instanceof ControlMessage.OfBatch ofBatch) {
            key = ofBatch.batch().getBytes(UTF_8);
        }
        return send(
                new ProducerRecord<>(link.controlTopic(), key, ControlMessages.toBytes(message)));
    }

    /** Completes when Kafka has it; exceptionally with an {@link ApiException}. */
    public CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> produced) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            var unused =
                    producer.send(
                            produced,
                            (metadata, failure) -> {
                                if (failure == null) {
                                    var unusedAnswer = done.completeAsync(() -> null);
                                } else {
                                    fail(done, failure);
                                }
                            });
        } catch (RuntimeException e) {
            fail(done, e);
        }
        return done;
    }

    private static void fail(CompletableFuture<Void> done, Exception failure) {
        LOG.warn("Kafka did not take a record: {}", failure.toString());
        done.completeExceptionally(
                ApiException.unavailable("The service cannot reach its queue, try again later"));
    }

    @Override
    public void close() {
        producer.close(Producers.CLOSE);
    }
}
