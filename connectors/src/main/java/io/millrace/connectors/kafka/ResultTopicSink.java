package io.millrace.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.wire.RecordHeaderNames;
import java.util.Locale;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Writes results to a topic: the client's id is the record's key, so all results of an id are in
 * one partition; the line in the request's dialect is its value; {@link RecordHeaderNames} has its
 * headers.
 */
@PublicEvolving
public final class ResultTopicSink {

    private ResultTopicSink() {}

    /**
     * The sink to a topic.
     *
     * @param line phrases a completion as one line of its dialect
     */
    public static KafkaSink<Completion> of(
            KafkaCluster cluster,
            TopicLimits topic,
            Delivery delivery,
            SerializableFunction<Completion, byte[]> line) {
        return Sinks.build(cluster, topic, delivery, new Serializer(topic, line));
    }

    /**
     * A result that the topic would not take must not stop the job, which could only produce it
     * again: the client is told instead.
     */
    record Serializer(TopicLimits topic, SerializableFunction<Completion, byte[]> line)
            implements KafkaRecordSerializationSchema<Completion> {

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                Completion completion, KafkaSinkContext context, Long timestamp) {
            byte[] key = completion.id().getBytes(UTF_8);
            byte[] value = line.apply(completion);
            RecordHeaders headers = headers(completion);
            int room = Sinks.roomForValue(topic, key, headers);
            if (value.length > room) {
                Completion replacement = tooLarge(completion, value.length, room);
                value = line.apply(replacement);
                headers = headers(replacement);
            }
            return new ProducerRecord<>(topic.name(), null, null, key, value, headers);
        }

        private Completion tooLarge(Completion completion, int bytes, int room) {
            String reason =
                    "result: %d bytes (expected: at most %d, as max.message.bytes of topic %s)"
                            .formatted(bytes, room, topic.name());
            return new Completion(
                    completion.key(),
                    completion.id(),
                    completion.dialect(),
                    completion.model(),
                    completion.tenant(),
                    completion.batch(),
                    new Completion.Failed(new Failure(FailureCode.ENGINE_ERROR, reason)),
                    completion.usage(),
                    completion.timing());
        }

        private static RecordHeaders headers(Completion completion) {
            RecordHeaders headers = new RecordHeaders();
            RecordHeaderNames.with(headers, RecordHeaderNames.ORIGIN, completion.key());
            RecordHeaderNames.with(
                    headers,
                    RecordHeaderNames.STATUS,
                    completion.status().name().toLowerCase(Locale.ROOT));
            if (completion.batch() != null) {
                RecordHeaderNames.with(headers, RecordHeaderNames.BATCH, completion.batch());
            }
            if (completion.outcome() instanceof Completion.Failed failed) {
                RecordHeaderNames.with(
                        headers, RecordHeaderNames.CODE, failed.failure().code().wireName());
            }
            return headers;
        }
    }
}
