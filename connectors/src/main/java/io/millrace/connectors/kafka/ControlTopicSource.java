package io.millrace.connectors.kafka;

import io.millrace.core.control.ControlMessage;
import io.millrace.wire.ControlMessages;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the control topic, one {@link ControlMessages JSON object} per record. A record that is no
 * control message is logged, counted ({@code controlMessagesRefused}) and skipped: it must not stop
 * a job. Positions as in {@link RequestTopicSource}.
 */
@PublicEvolving
public final class ControlTopicSource {

    /** Counter of records that were no control messages. */
    public static final String REFUSED_METRIC = "controlMessagesRefused";

    private ControlTopicSource() {}

    /**
     * Reads for ever.
     *
     * @param groupId as for requests; the topics differ, so the group may be the same
     * @param type how messages are serialised between operators
     */
    public static KafkaSource<ControlMessage> unbounded(
            KafkaCluster cluster,
            String topic,
            String groupId,
            TypeInformation<ControlMessage> type) {
        return RequestTopicSource.<ControlMessage>fromCommitted(cluster, topic, groupId)
                .setDeserializer(new Deserializer(type))
                .build();
    }

    static final class Deserializer implements KafkaRecordDeserializationSchema<ControlMessage> {

        private static final long serialVersionUID = 1L;

        private static final Logger LOG = LoggerFactory.getLogger(ControlTopicSource.class);

        private final TypeInformation<ControlMessage> type;
        private transient Counter refused = new SimpleCounter();

        Deserializer(TypeInformation<ControlMessage> type) {
            this.type = type;
        }

        @Override
        public void open(DeserializationSchema.InitializationContext context) {
            refused = context.getMetricGroup().counter(REFUSED_METRIC);
        }

        @Override
        public void deserialize(
                ConsumerRecord<byte[], byte[]> consumed, Collector<ControlMessage> output) {
            try {
                byte[] value = consumed.value() == null ? new byte[0] : consumed.value();
                output.collect(ControlMessages.parse(value));
            } catch (IllegalArgumentException e) {
                refused.inc();
                LOG.warn(
                        "skips the control message {}: {}",
                        RequestTopicSource.key(consumed),
                        e.getMessage());
            }
        }

        @Override
        public TypeInformation<ControlMessage> getProducedType() {
            return type;
        }
    }
}
