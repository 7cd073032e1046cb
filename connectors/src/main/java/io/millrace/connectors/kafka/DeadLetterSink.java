package io.millrace.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.request.DeadLetter;
import io.millrace.wire.RecordHeaderNames;
import java.util.Arrays;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Writes records that could not be read to a topic: the original bytes are the value, the place
 * they came from is the key, and the headers of {@link RecordHeaderNames} give the reason.
 */
@PublicEvolving
public final class DeadLetterSink {

    private static final int MAX_MESSAGE_CHARACTERS = 1000;

    private DeadLetterSink() {}

    /** The sink to a topic. */
    public static KafkaSink<DeadLetter> of(
            KafkaCluster cluster, TopicLimits topic, Delivery delivery) {
        return Sinks.build(cluster, topic, delivery, new Serializer(topic));
    }

    /** What the topic would not take as a whole is cut and says so: losing it would be worse. */
    record Serializer(TopicLimits topic) implements KafkaRecordSerializationSchema<DeadLetter> {

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                DeadLetter letter, KafkaSinkContext context, Long timestamp) {
            byte[] key = letter.key().getBytes(UTF_8);
            byte[] value = letter.value();
            RecordHeaders headers = headers(letter);
            int room = Math.max(0, Sinks.roomForValue(topic, key, headers));
            if (value.length > room) {
                RecordHeaderNames.with(
                        headers, RecordHeaderNames.TRUNCATED_FROM, Integer.toString(value.length));
                value = Arrays.copyOf(value, room);
            }
            // Stamped now: under its arrival an old record would be past the topic's retention.
            return new ProducerRecord<>(topic.name(), null, null, key, value, headers);
        }

        private static RecordHeaders headers(DeadLetter letter) {
            String message = letter.failure().message();
            if (message.length() > MAX_MESSAGE_CHARACTERS) {
                message = message.substring(0, MAX_MESSAGE_CHARACTERS);
            }
            RecordHeaders headers = new RecordHeaders();
            RecordHeaderNames.with(headers, RecordHeaderNames.ORIGIN, letter.key());
            RecordHeaderNames.with(
                    headers, RecordHeaderNames.CODE, letter.failure().code().wireName());
            RecordHeaderNames.with(headers, RecordHeaderNames.MESSAGE, message);
            return headers;
        }
    }
}
