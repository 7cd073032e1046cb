package io.millrace.job.options;

import io.millrace.connectors.kafka.Delivery;
import io.millrace.connectors.kafka.KafkaCluster;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;

/** The Kafka side of a job: where the brokers are, and which topics it reads and writes how. */
public record KafkaSettings(
        KafkaCluster cluster, String groupId, TopicNames topics, Delivery delivery) {

    /** The names of the job's topics. */
    public record TopicNames(String requests, String control, String results, String deadLetters) {}

    static KafkaSettings from(ReadableConfig options) {
        return new KafkaSettings(
                new KafkaCluster(
                        options.get(KafkaOptions.BOOTSTRAP_SERVERS),
                        options.get(KafkaOptions.PROPERTIES)),
                named(options, KafkaOptions.GROUP_ID),
                new TopicNames(
                        named(options, KafkaOptions.REQUESTS_TOPIC),
                        named(options, KafkaOptions.CONTROL_TOPIC),
                        named(options, KafkaOptions.RESULTS_TOPIC),
                        named(options, KafkaOptions.DEAD_LETTER_TOPIC)),
                delivery(options));
    }

    private static Delivery delivery(ReadableConfig options) {
        return switch (options.get(DeliveryOptions.GUARANTEE)) {
            case AT_LEAST_ONCE -> new Delivery.AtLeastOnce();
            case EXACTLY_ONCE -> exactlyOnce(options);
        };
    }

    private static Delivery exactlyOnce(ReadableConfig options) {
        Delivery.ExactlyOnce delivery =
                new Delivery.ExactlyOnce(
                        options.get(KafkaOptions.TRANSACTIONAL_ID_PREFIX),
                        options.get(KafkaOptions.TRANSACTION_TIMEOUT));
        Duration interval =
                options.getOptional(CheckpointingOptions.CHECKPOINTING_INTERVAL)
                        .orElse(DeliveryOptions.CHECKPOINT_INTERVAL);
        delivery.checkAgainst(interval, options.get(CheckpointingOptions.CHECKPOINTING_TIMEOUT));
        return delivery;
    }

    private static String named(ReadableConfig options, ConfigOption<String> option) {
        String value = options.get(option);
        if (value.isBlank()) {
            throw new ConfigurationException(
                    option.key() + ": \"\" (expected: a value that is not empty)");
        }
        return value;
    }
}
