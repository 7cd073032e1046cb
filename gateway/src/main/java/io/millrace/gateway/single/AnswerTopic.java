package io.millrace.gateway.single;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.batches.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits for results of single requests: reads the topic of all results from its end on and hands
 * out those that somebody waits for. Safe for any thread.
 */
public final class AnswerTopic implements AutoCloseable {

    private final KafkaLink link;
    private final ConcurrentMap<String, CompletableFuture<byte[]>> awaited =
            new ConcurrentHashMap<>();
    private final TopicReader reader;

    private volatile boolean ready;

    private AnswerTopic(KafkaLink link) {
        this.link = link;
        this.reader = TopicReader.start(link, "answers", "latest", new FromTheEnd());
    }

    /** Begins to read. */
    public static AnswerTopic follow(KafkaLink link) {
        return new AnswerTopic(link);
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
        reader.close();
    }

    private final class FromTheEnd implements TopicReader.Reading {

        @Override
        public void begin(KafkaConsumer<byte[], byte[]> consumer) {
            List<TopicPartition> partitions = TopicReader.partitions(consumer, link.resultsTopic());
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            ready = true;
        }

        @Override
        public void poll(KafkaConsumer<byte[], byte[]> consumer, Duration atMost) {
            consumer.poll(atMost).forEach(AnswerTopic.this::accept);
        }

        @Override
        public void failed() {
            ready = false;
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
}
