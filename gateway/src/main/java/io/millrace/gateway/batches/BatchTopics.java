package io.millrace.gateway.batches;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.control.ControlMessage;
import io.millrace.wire.BatchStates;
import io.millrace.wire.ControlMessages;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topics of batches and of control messages from the beginning and keeps an index of what
 * they say, through outages. Safe for any thread.
 */
public final class BatchTopics implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchTopics.class);

    /** How often the brokers are asked how far the topics reach, and how long that is believed. */
    private static final long ASK_MS = 2_000;

    private static final long BELIEVED_MS = 10_000;

    private final KafkaLink link;
    private final InstantSource clock;
    private final BatchIndex index = new BatchIndex();
    private final TopicReader reader;

    private volatile boolean caughtUp;
    private volatile long answeredMs = Long.MIN_VALUE;

    private BatchTopics(KafkaLink link, InstantSource clock) {
        this.link = link;
        this.clock = clock;
        this.reader = TopicReader.start(link, "batches", "earliest", new FromTheStart());
    }

    /** Begins to read; whether there is anything to read from yet does not matter. */
    public static BatchTopics follow(KafkaLink link, InstantSource clock) {
        return new BatchTopics(link, clock);
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
        reader.close();
    }

    private final class FromTheStart implements TopicReader.Reading {

        private List<TopicPartition> partitions = List.of();
        private Map<TopicPartition, Long> start = Map.of();
        private long askedMs;

        @Override
        public void begin(KafkaConsumer<byte[], byte[]> consumer) {
            partitions =
                    Stream.of(link.batchesTopic(), link.controlTopic())
                            .flatMap(topic -> TopicReader.partitions(consumer, topic).stream())
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            start = new HashMap<>(consumer.endOffsets(partitions));
            askedMs = answered();
        }

        @Override
        public void poll(KafkaConsumer<byte[], byte[]> consumer, Duration atMost) {
            consumer.poll(atMost).forEach(BatchTopics.this::accept);
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
}
