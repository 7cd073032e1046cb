package io.millrace.gateway.batches;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.control.ControlMessage;
import io.millrace.wire.BatchStates;
import io.millrace.wire.ControlMessages;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topics of batches and of control messages from the beginning and keeps an index of what
 * they say, on a thread of its own, through outages. Safe for any thread.
 */
public final class BatchTopics implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchTopics.class);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** How often the brokers are asked how far the topics reach, and how long that is believed. */
    private static final long ASK_MS = 2_000;

    private static final long BELIEVED_MS = 10_000;

    private final KafkaLink link;
    private final InstantSource clock;
    private final BatchIndex index = new BatchIndex();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private volatile @Nullable KafkaConsumer<byte[], byte[]> reading;
    private volatile boolean caughtUp;
    private volatile long answeredMs = Long.MIN_VALUE;

    private BatchTopics(KafkaLink link, InstantSource clock) {
        this.link = link;
        this.clock = clock;
        this.thread = new Thread(this::run, "millrace-gateway-batches");
        this.thread.setDaemon(true);
    }

    /** Begins to read; whether there is anything to read from yet does not matter. */
    public static BatchTopics follow(KafkaLink link, InstantSource clock) {
        BatchTopics topics = new BatchTopics(link, clock);
        topics.thread.start();
        return topics;
    }

    /** What was read so far. */
    public BatchIndex index() {
        return index;
    }

    /** Whether all that was there at the start has been read. */
    public boolean caughtUp() {
        return caughtUp;
    }

    /** Whether a broker has answered of late. */
    public boolean reachable() {
        return answeredMs != Long.MIN_VALUE && clock.millis() - answeredMs < BELIEVED_MS;
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(ANSWER.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (closing.getCount() > 0) {
            try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
                reading = consumer;
                read(consumer);
            } catch (WakeupException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("reads batches again from the start: {}", e.toString());
                pause();
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties =
                link.client(
                        Map.of(
                                "isolation.level", "read_committed",
                                "enable.auto.commit", "false",
                                "auto.offset.reset", "earliest",
                                "default.api.timeout.ms", (int) ANSWER.toMillis(),
                                "request.timeout.ms", (int) ANSWER.toMillis()));
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> start = new HashMap<>(consumer.endOffsets(partitions));
        long askedMs = answered();
        while (closing.getCount() > 0) {
            consumer.poll(POLL).forEach(this::accept);
            start.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
            caughtUp |= start.isEmpty();
            if (clock.millis() - askedMs >= ASK_MS) {
                askedMs = ask(consumer, partitions);
            }
        }
    }

    /** Silence of the brokers is no failure: the consumer goes on where it was. */
    private long ask(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        try {
            consumer.endOffsets(partitions);
            return answered();
        } catch (TimeoutException e) {
            LOG.warn("Kafka does not answer: {}", e.getMessage());
            return clock.millis();
        }
    }

    private long answered() {
        long nowMs = clock.millis();
        answeredMs = nowMs;
        return nowMs;
    }

    private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(link.batchesTopic(), link.controlTopic())) {
            consumer.partitionsFor(topic)
                    .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        if (partitions.stream().map(TopicPartition::topic).distinct().count() < 2) {
            throw new KafkaException(
                    "topics %s and %s (expected: both exist)"
                            .formatted(link.batchesTopic(), link.controlTopic()));
        }
        return partitions;
    }

    private void accept(ConsumerRecord<byte[], byte[]> consumed) {
        try {
            if (consumed.topic().equals(link.batchesTopic())) {
                acceptState(consumed);
            } else if (consumed.value() != null) {
                acceptControl(ControlMessages.parse(consumed.value()));
            }
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "skips {}-{}@{}: {}",
                    consumed.topic(),
                    consumed.partition(),
                    consumed.offset(),
                    e.getMessage());
        }
    }

    private void acceptState(ConsumerRecord<byte[], byte[]> consumed) {
        if (consumed.value() != null) {
            index.put(BatchStates.parse(consumed.value()));
        } else if (consumed.key() != null) {
            index.remove(new String(consumed.key(), UTF_8));
        }
    }

    private void acceptControl(ControlMessage message) {
        if (message instanceof ControlMessage.CancelBatch canceled) {
            index.cancel(canceled.batch(), canceled.atMs());
        } else if (message instanceof ControlMessage.DeleteBatch deleted) {
            index.delete(deleted.batch());
        }
    }

    private void pause() {
        try {
            closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
