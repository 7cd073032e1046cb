package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;

/** Options of the Kafka side: where requests come from and results go. */
@PublicEvolving
public final class KafkaOptions {

    public static final ConfigOption<String> BOOTSTRAP_SERVERS =
            key("kafka.bootstrap-servers")
                    .stringType()
                    .defaultValue("localhost:9092")
                    .withDescription("Brokers to start from, host:port with commas between.");

    public static final ConfigOption<String> GROUP_ID =
            key("kafka.group-id")
                    .stringType()
                    .defaultValue("millrace")
                    .withDescription(
                            "Consumer group under which the position in the requests is shown."
                                    + " The position that counts is in the checkpoints.");

    public static final ConfigOption<String> TRANSACTIONAL_ID_PREFIX =
            key("kafka.transactional-id-prefix")
                    .stringType()
                    .defaultValue("millrace")
                    .withDescription(
                            "Start of the transactional ids of the result sinks; different for each"
                                    + " job on the same brokers, the same when a job restarts.");

    public static final ConfigOption<Duration> TRANSACTION_TIMEOUT =
            key("kafka.transaction-timeout")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(15))
                    .withDescription(
                            "After this time a broker gives up a transaction, and the results in"
                                    + " it: at least execution.checkpointing.interval and"
                                    + " execution.checkpointing.timeout together, at most the"
                                    + " brokers' transaction.max.timeout.ms.");

    public static final ConfigOption<String> REQUESTS_TOPIC =
            key("kafka.topic.requests")
                    .stringType()
                    .defaultValue("millrace.requests")
                    .withDescription("Topic that requests are read from.");

    public static final ConfigOption<String> CONTROL_TOPIC =
            key("kafka.topic.control")
                    .stringType()
                    .defaultValue("millrace.control")
                    .withDescription("Topic of cancellations, read by every engine.");

    public static final ConfigOption<String> RESULTS_TOPIC =
            key("kafka.topic.results")
                    .stringType()
                    .defaultValue("millrace.results")
                    .withDescription("Topic that results are written to.");

    public static final ConfigOption<String> DEAD_LETTER_TOPIC =
            key("kafka.topic.deadletter")
                    .stringType()
                    .defaultValue("millrace.deadletter")
                    .withDescription(
                            "Topic for records that cannot be read, with their bytes and a reason.");

    public static final ConfigOption<Map<String, String>> PROPERTIES =
            key("kafka.properties")
                    .mapType()
                    .defaultValue(Map.of())
                    .withDescription(
                            "Further properties for every Kafka client, for example"
                                    + " kafka.properties.security.protocol: SASL_SSL.");

    private KafkaOptions() {}
}
