package io.millrace.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.ledger.BatchState;
import io.millrace.core.ledger.BatchUpdate;
import io.millrace.wire.BatchStates;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes batches to their compacted topic: the id is the record's key, {@link BatchStates} its
 * value, and a batch that was deleted is a tombstone.
 */
@PublicEvolving
public final class BatchTopicSink {

    private BatchTopicSink() {}

    /** The sink to a topic. */
    public static KafkaSink<BatchUpdate> of(
            KafkaCluster cluster, TopicLimits topic, Delivery delivery) {
        return Sinks.build(cluster, topic, delivery, new Serializer(topic.name()));
    }

    record Serializer(String topic) implements KafkaRecordSerializationSchema<BatchUpdate> {

        @Override
        public ProducerRecord<byte[], byte[]> serialize(
                BatchUpdate update, KafkaSinkContext context, Long timestamp) {
            BatchState state = update.state();
            byte[] key = update.batch().getBytes(UTF_8);
            return new ProducerRecord<>(
                    topic, key, state == null ? null : BatchStates.toBytes(state));
        }
    }
}
