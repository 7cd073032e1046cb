package io.millrace.gateway.single;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.gateway.batches.KafkaLink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for results of single requests: reads the topic of all results from its end on, on a thread
 * of its own, and hands out those that somebody waits for. Safe for any thread.
 */
public final class AnswerTopic implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerTopic.class);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int ANSWER_MS = 5_000;
    private static final int PAUSE_MS = 500;

    private final KafkaLink link;
    private final ConcurrentMap<String, CompletableFuture<byte[]>> awaited =
            new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private volatile @Nullable KafkaConsumer<byte[], byte[]> reading;
    private volatile boolean ready;

    private AnswerTopic(KafkaLink link) {
        this.link = link;
        this.thread = new Thread(this::run, "millrace-gateway-answers");
        this.thread.setDaemon(true);
    }

    /** Begins to read. */
    public static AnswerTopic follow(KafkaLink link) {
        AnswerTopic topic = new AnswerTopic(link);
        topic.thread.start();
        return topic;
    }

    /** Whether a request that is sent now will have its answer noticed. */
    public boolean ready() {
        return ready;
    }

    /** Completes with the line that answers a request; to be called before that is sent. */
    public CompletableFuture<byte[]> await(String id) {
        return awaited.computeIfAbsent(id, name -> new CompletableFuture<>());
    }

    /** Nobody waits any longer. */
    public void forget(String id) {
        awaited.remove(id);
    }

    @Override
    public void close() {
        closing.countDown();
        KafkaConsumer<byte[], byte[]> consumer = reading;
        if (consumer != null) {
            consumer.wakeup();
        }
        try {
            thread.join(ANSWER_MS);
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
                LOG.warn("waits for answers anew: {}", e.toString());
                ready = false;
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
                                "auto.offset.reset", "latest",
                                "default.api.timeout.ms", ANSWER_MS,
                                "request.timeout.ms", ANSWER_MS));
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions =
                consumer.partitionsFor(link.resultsTopic()).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("topic %s (expected: exists)".formatted(link.resultsTopic()));
        }
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        ready = true;
        while (closing.getCount() > 0) {
            consumer.poll(POLL).forEach(this::accept);
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> consumed) {
        if (awaited.isEmpty() || consumed.key() == null || consumed.value() == null) {
            return;
        }
        CompletableFuture<byte[]> waiting = awaited.remove(new String(consumed.key(), UTF_8));
        if (waiting != null) {
            var unused = waiting.completeAsync(consumed::value);
        }
    }

    private void pause() {
        try {
            closing.await(PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
