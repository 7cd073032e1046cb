package io.millrace.connectors.kafka;

import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** What the sinks to Kafka have in common. */
final class Sinks {

    /** More than Kafka adds to a record and its batch. */
    private static final int RECORD_OVERHEAD_BYTES = 512;

    private Sinks() {}

    static <T> KafkaSink<T> build(
            KafkaCluster cluster,
            TopicLimits topic,
            Delivery delivery,
            KafkaRecordSerializationSchema<T> serializer) {
        KafkaSinkBuilder<T> builder =
                KafkaSink.<T>builder()
                        .setProperty(
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                Integer.toString(topic.maxMessageBytes() + RECORD_OVERHEAD_BYTES))
                        .setKafkaProducerConfig(cluster.clientProperties())
                        .setBootstrapServers(cluster.bootstrapServers())
                        .setRecordSerializer(serializer);
        if (delivery instanceof Delivery.ExactlyOnce exactlyOnce) {
            builder.setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                    // Each sink of a job needs a prefix of its own.
                    .setTransactionalIdPrefix(
                            exactlyOnce.transactionalIdPrefix() + "-" + topic.name())
                    .setProperty(
                            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                            Long.toString(exactlyOnce.transactionTimeout().toMillis()));
        } else {
            builder.setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE);
        }
        return builder.build();
    }

    /** How many bytes of value fit into a record beside its key and headers; negative if none. */
    static int roomForValue(TopicLimits topic, byte[] key, Headers headers) {
        int room = topic.maxMessageBytes() - RECORD_OVERHEAD_BYTES - key.length;
        for (Header header : headers) {
            room -= header.key().length() + header.value().length + 2 * Integer.BYTES;
        }
        return room;
    }
}
