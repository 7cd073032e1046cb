package io.millrace.gateway.batches;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is committed in topics on a thread of its own, and begins anew after every failure
 * until it is closed. Closing is safe for any thread.
 */
public final class TopicReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final KafkaLink link;
    private final String purpose;
    private final String afterGap;
    private final Reading reading;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

    /** What one attempt does; its calls are made by the reader's thread only. */
    public interface Reading {

        /** Takes up its partitions; a {@link KafkaException} ends the attempt. */
        void begin(KafkaConsumer<byte[], byte[]> consumer);

        /** Takes what there is, waiting for so long; a {@link KafkaException} ends the attempt. */
        void poll(KafkaConsumer<byte[], byte[]> consumer, Duration atMost);

        /** The attempt has failed; another one follows. */
        default void failed() {}
    }

    private TopicReader(KafkaLink link, String purpose, String afterGap, Reading reading) {
        this.link = link;
        this.purpose = purpose;
        this.afterGap = afterGap;
        this.reading = reading;
        this.thread = new Thread(this::run, "millrace-gateway-" + purpose);
        this.thread.setDaemon(true);
    }

    /**
     * Begins to read; whether there is anything to read from yet does not matter.
     *
     * @param purpose names the thread and what is logged
     * @param afterGap {@code earliest} or {@code latest}: where it goes on if the records to be
     *     read next are gone
     */
    public static TopicReader start(
            KafkaLink link, String purpose, String afterGap, Reading reading) {
        TopicReader reader = new TopicReader(link, purpose, afterGap, reading);
        reader.thread.start();
        return reader;
    }

    /**
     * All partitions of a topic.
     *
     * @throws KafkaException if there is no such topic
     */
    public static List<TopicPartition> partitions(
            KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("topic %s (expected: exists)".formatted(topic));
        }
        return partitions;
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> polled = consumer;
        if (polled != null) {
            polled.wakeup();
        }
        try {
            thread.join(ANSWER.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (closing.getCount() > 0) {
            try (KafkaConsumer<byte[], byte[]> opened = open()) {
                consumer = opened;
                reading.begin(opened);
                while (closing.getCount() > 0) {
                    reading.poll(opened, POLL);
                }
            } catch (WakeupException e) {
                return;
            } catch (KafkaException e) {
                LOG.warn("reads {} anew: {}", purpose, e.toString());
                reading.failed();
                pause();
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> open() {
        int answerMs = (int) ANSWER.toMillis();
        Map<String, Object> properties =
                link.client(
                        Map.of(
                                "isolation.level", "read_committed",
                                "enable.auto.commit", "false",
                                "auto.offset.reset", afterGap,
                                "default.api.timeout.ms", answerMs,
                                "request.timeout.ms", answerMs));
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void pause() {
        try {
            closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
