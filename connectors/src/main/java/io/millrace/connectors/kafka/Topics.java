package io.millrace.connectors.kafka;

import static java.util.Objects.requireNonNull;

import io.millrace.connectors.kafka.KafkaCluster.Unreachable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Looks topics up before a job starts, and creates those that are missing if it may. Blocks for up
 * to a minute; for the client that builds a job, not for operators.
 */
@PublicEvolving
public final class Topics {

    private Topics() {}

    /**
     * Looks a topic up.
     *
     * @throws IllegalArgumentException if it does not exist, naming it
     */
    public static TopicLimits require(KafkaCluster cluster, String topic) throws Unreachable {
        try (Admin admin = cluster.admin()) {
            return find(cluster, admin, topic)
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "Kafka topic: %s (expected: a topic that exists on %s)"
                                                    .formatted(topic, cluster.bootstrapServers())));
        }
    }

    /**
     * Looks a topic up and creates it if it is missing, with records that the brokers keep as long
     * as they keep any; one that exists is left as it is.
     *
     * @param partitions of a topic that is created
     * @param maxMessageBytes of a topic that is created
     * @throws IllegalArgumentException if it cannot be created, naming it and the reason
     */
    public static TopicLimits createIfMissing(
            KafkaCluster cluster, String topic, int partitions, int maxMessageBytes)
            throws Unreachable {
        return createIfMissing(
                cluster, topic, partitions, maxMessageBytes, Retention.OF_THE_BROKERS);
    }

    /**
     * Looks a topic up and creates it if it is missing; one that exists is left as it is.
     *
     * @param partitions of a topic that is created
     * @param maxMessageBytes of a topic that is created
     * @param retention of a topic that is created
     * @throws IllegalArgumentException if it cannot be created, naming it and the reason
     */
    public static TopicLimits createIfMissing(
            KafkaCluster cluster,
            String topic,
            int partitions,
            int maxMessageBytes,
            Retention retention)
            throws Unreachable {
        try (Admin admin = cluster.admin()) {
            Optional<TopicLimits> present = find(cluster, admin, topic);
            if (present.isPresent()) {
                return present.get();
            }
            Map<String, String> configs = new HashMap<>(configs(retention));
            configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
            create(
                    cluster,
                    admin,
                    new NewTopic(topic, Optional.of(partitions), Optional.empty())
                            .configs(configs));
            return new TopicLimits(topic, partitions, maxMessageBytes);
        }
    }

    private static Optional<TopicLimits> find(KafkaCluster cluster, Admin admin, String topic)
            throws Unreachable {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            TopicDescription description =
                    requireNonNull(
                            cluster.await(admin.describeTopics(List.of(topic)).allTopicNames())
                                    .get(topic));
            Config config =
                    requireNonNull(
                            cluster.await(admin.describeConfigs(List.of(resource)).all())
                                    .get(resource));
            String maxBytes = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
            return Optional.of(
                    new TopicLimits(
                            topic, description.partitions().size(), Integer.parseInt(maxBytes)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw refused(cluster, topic, "looked up", e);
        }
    }

    /** What the brokers keep of a topic. */
    public enum Retention {
        /** As they are configured. */
        OF_THE_BROKERS,

        /** The last record of each key, for ever. */
        LAST_OF_EACH_KEY,

        /**
         * 30 days, longer than the results of a batch are kept: a gateway that starts reads what
         * was asked for every batch that still can be asked for, and a job that starts without a
         * checkpoint finds the manifest of every request that waits.
         */
        LIFE_OF_A_BATCH
    }

    private static Map<String, String> configs(Retention retention) {
        return switch (retention) {
            case OF_THE_BROKERS -> Map.of();
            case LAST_OF_EACH_KEY ->
                    Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
            case LIFE_OF_A_BATCH ->
                    Map.of(
                            TopicConfig.RETENTION_MS_CONFIG,
                            Long.toString(Duration.ofDays(30).toMillis()));
        };
    }

    private static void create(KafkaCluster cluster, Admin admin, NewTopic wanted)
            throws Unreachable {
        try {
            cluster.await(admin.createTopics(List.of(wanted)).all());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw refused(
                        cluster,
                        wanted.name(),
                        "created with " + wanted.numPartitions() + " partitions",
                        e);
            }
        }
    }

    private static RuntimeException refused(
            KafkaCluster cluster, String topic, String what, ExecutionException e)
            throws Unreachable {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
            throw cluster.unreachable(cause);
        }
        return new IllegalArgumentException(
                "Kafka topic: %s (expected: a topic that can be %s on %s): %s"
                        .formatted(topic, what, cluster.bootstrapServers(), cause.getMessage()),
                cause);
    }
}
