package io.millrace.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.control.ControlMessage;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import io.millrace.core.request.Submission;
import io.millrace.gateway.batches.BatchIndex;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.http.ApiException;
import io.millrace.gateway.http.ErrorKind;
import io.millrace.wire.BatchStates;
import io.millrace.wire.ControlMessages;
import io.millrace.wire.SubmissionHeaders;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch to Kafka in one transaction: its requests, its manifest, its first state. Safe for
 * any thread; {@link #publish} blocks. It returns only for a batch that exists, and throws {@link
 * ApiException} only for one that does not and never will.
 */
public final class BatchPublisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchPublisher.class);

    /** How many batches are written at once; more only slow each other down. */
    private static final int SLOTS = 3;

    /** A gateway that is killed within a transaction holds up readers for so long at most. */
    private static final int TRANSACTION_TIMEOUT_MS = 60_000;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SHOWN = Duration.ofSeconds(15);

    private final KafkaLink link;
    private final int maxRecordBytes;
    private final BatchIndex index;
    private final InstantSource clock;
    private final BlockingQueue<Slot> slots = new ArrayBlockingQueue<>(SLOTS);

    /** A transactional id and the producer that has it, once it was needed. */
    private static final class Slot {
        private final String transactionalId;
        private @Nullable KafkaProducer<byte[], byte[]> producer;

        Slot(String transactionalId) {
            this.transactionalId = transactionalId;
        }

        void discard() {
            if (producer != null) {
                producer.close(Duration.ZERO);
                producer = null;
            }
        }
    }

    /**
     * @param instance of this gateway, different for each that runs; the same after a restart, so
     *     that a transaction that its predecessor left open ends at once
     */
    public BatchPublisher(
            KafkaLink link,
            String instance,
            int maxRecordBytes,
            BatchIndex index,
            InstantSource clock) {
        this.link = link;
        this.maxRecordBytes = maxRecordBytes;
        this.index = index;
        this.clock = clock;
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new Slot("millrace-gateway-%s-%d".formatted(instance, i)));
        }
    }

    /**
     * Writes a batch.
     *
     * @param weight of the client's key
     * @param apiVersion that its client speaks; null where there are none
     */
    public void publish(
            BatchManifest manifest, double weight, @Nullable String apiVersion, EntrySpool spool)
            throws IOException {
        Slot slot = take();
        try {
            KafkaProducer<byte[], byte[]> producer = producer(slot);
            producer.beginTransaction();
            send(producer, manifest, weight, apiVersion, spool);
            commit(slot, producer, manifest.id());
        } catch (KafkaException e) {
            slot.discard();
            throw failed(manifest, e);
        } catch (IOException | RuntimeException e) {
            slot.discard();
            throw e;
        } finally {
            slots.add(slot);
        }
    }

    private Slot take() {
        try {
            Slot slot = slots.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (slot != null) {
                return slot;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw ApiException.of(ErrorKind.OVERLOADED, "Too many batches arrive at once")
                .retryAfter(Duration.ofSeconds(10));
    }

    /** Whatever an earlier one with this id left open is ended by the time it returns. */
    private KafkaProducer<byte[], byte[]> producer(Slot slot) {
        if (slot.producer == null) {
            Map<String, Object> more =
                    Map.of(
                            "transactional.id",
                            slot.transactionalId,
                            "transaction.timeout.ms",
                            TRANSACTION_TIMEOUT_MS);
            KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(
                            link.client(Producers.properties(maxRecordBytes, more)),
                            new ByteArraySerializer(),
                            new ByteArraySerializer());
            slot.producer = producer;
            producer.initTransactions();
        }
        return slot.producer;
    }

    private void send(
            KafkaProducer<byte[], byte[]> producer,
            BatchManifest manifest,
            double weight,
            @Nullable String apiVersion,
            EntrySpool spool)
            throws IOException {
        spool.forEach(
                entry -> {
                    RecordHeaders headers = new RecordHeaders();
                    SubmissionHeaders.write(
                            new Submission(
                                    entry.id(),
                                    entry.dialect(),
                                    manifest.id(),
                                    manifest.workspace(),
                                    weight,
                                    manifest.expiresMs(),
                                    apiVersion,
                                    entry.refusal()),
                            headers);
                    send(
                            producer,
                            new ProducerRecord<>(
                                    link.requestsTopic(),
                                    null,
                                    entry.id().getBytes(UTF_8),
                                    entry.value(),
                                    headers));
                });
        byte[] key = manifest.id().getBytes(UTF_8);
        send(
                producer,
                new ProducerRecord<>(
                        link.controlTopic(),
                        key,
                        ControlMessages.toBytes(new ControlMessage.CreateBatch(manifest))));
        send(
                producer,
                new ProducerRecord<>(
                        link.batchesTopic(),
                        key,
                        BatchStates.toBytes(BatchState.created(manifest))));
    }

    /** A failure shows at the commit. */
    private static void send(
            KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> produced) {
        var unused = producer.send(produced);
    }

    /** A commit whose answer is lost may have happened: it is repeated until that is known. */
    private void commit(Slot slot, KafkaProducer<byte[], byte[]> producer, String id) {
        long untilMs = clock.millis() + PATIENCE.toMillis();
        boolean doubtful = false;
        while (true) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                doubtful = true;
                LOG.warn("commit of {} is not answered yet: {}", id, e.getMessage());
                if (clock.millis() > untilMs) {
                    throw e;
                }
            } catch (KafkaException e) {
                if (doubtful && happened(slot, id)) {
                    return;
                }
                throw e;
            }
        }
    }

    /** A new producer of the same id ends what is open, so the topic tells. */
    private boolean happened(Slot slot, String id) {
        slot.discard();
        producer(slot);
        try {
            index.when(id, state -> state != null).get(SHOWN.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ApiException failed(BatchManifest manifest, KafkaException e) {
        LOG.warn("batch {} was not created: {}", manifest.id(), e.toString());
        return ApiException.unavailable("The service cannot reach its queue, try again later");
    }

    @Override
    public void close() {
        for (Slot slot : slots) {
            if (slot.producer != null) {
                slot.producer.close(Producers.CLOSE);
            }
        }
    }
}
