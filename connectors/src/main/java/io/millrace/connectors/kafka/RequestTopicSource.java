package io.millrace.connectors.kafka;

import io.millrace.core.request.InputRecord;
import io.millrace.core.request.Submission;
import io.millrace.wire.SubmissionHeaders;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * Reads the topic of requests: opaque bytes, each with its place as key ({@code
 * millrace.requests-3@42}) and its timestamp as arrival. Only committed records are read, since a
 * batch is written in one transaction. A job without a checkpoint goes on from the group's
 * committed position, else from the beginning.
 */
@PublicEvolving
public final class RequestTopicSource {

    private RequestTopicSource() {}

    /**
     * Reads for ever.
     *
     * @param groupId under which the position is shown
     * @param type how records are serialised between operators
     */
    public static KafkaSource<InputRecord> unbounded(
            KafkaCluster cluster, String topic, String groupId, TypeInformation<InputRecord> type) {
        return builder(cluster, topic, groupId, type).build();
    }

    /** Reads what is in the topic when the job starts; otherwise as {@link #unbounded}. */
    public static KafkaSource<InputRecord> bounded(
            KafkaCluster cluster, String topic, String groupId, TypeInformation<InputRecord> type) {
        return builder(cluster, topic, groupId, type)
                .setBounded(OffsetsInitializer.latest())
                .build();
    }

    private static KafkaSourceBuilder<InputRecord> builder(
            KafkaCluster cluster, String topic, String groupId, TypeInformation<InputRecord> type) {
        return RequestTopicSource.<InputRecord>fromCommitted(cluster, topic, groupId)
                .setDeserializer(new Deserializer(type));
    }

    @SuppressWarnings("deprecation") // The connector's interface still asks for that enum.
    static <T> KafkaSourceBuilder<T> fromCommitted(
            KafkaCluster cluster, String topic, String groupId) {
        return KafkaSource.<T>builder()
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setProperties(cluster.clientProperties())
                .setBootstrapServers(cluster.bootstrapServers())
                .setTopics(topic)
                .setGroupId(groupId)
                .setStartingOffsets(
                        OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST));
    }

    /** Names the place of a record. */
    static String key(ConsumerRecord<?, ?> consumed) {
        return consumed.topic() + "-" + consumed.partition() + "@" + consumed.offset();
    }

    /** A record without a value becomes an empty one, which the reader of requests refuses. */
    static final class Deserializer implements KafkaRecordDeserializationSchema<InputRecord> {

        private static final long serialVersionUID = 1L;

        private static final byte[] EMPTY = {};

        private final TypeInformation<InputRecord> type;

        Deserializer(TypeInformation<InputRecord> type) {
            this.type = type;
        }

        @Override
        public void deserialize(
                ConsumerRecord<byte[], byte[]> consumed, Collector<InputRecord> output) {
            byte[] value = consumed.value() == null ? EMPTY : consumed.value();
            // Records of Kafka's oldest format have no timestamp, which shows as -1.
            long arrivalMs = Math.max(0, consumed.timestamp());
            Submission submission = SubmissionHeaders.read(consumed.key(), consumed.headers());
            output.collect(new InputRecord(key(consumed), value, arrivalMs, submission));
        }

        @Override
        public TypeInformation<InputRecord> getProducedType() {
            return type;
        }
    }
}
