package io.millrace.connectors.kafka;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connectors.kafka.Topics.Retention;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaITCase {

    @TempDir private Path directory;

    @Test
    void topicsSurviveARestartInTheSameDirectory() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, EmbeddedKafka.ANY_PORT)) {
            KafkaCluster cluster = KafkaCluster.of(kafka.bootstrapServers());
            assertThatThrownBy(() -> Topics.require(cluster, "t"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Kafka topic: t (expected: a topic that exists on ");
            assertThat(Topics.createIfMissing(cluster, "t", 3, 70_000))
                    .isEqualTo(new TopicLimits("t", 3, 70_000));
            assertThat(Topics.createIfMissing(cluster, "t", 5, 80_000))
                    .isEqualTo(new TopicLimits("t", 3, 70_000));
            assertThatThrownBy(() -> Topics.createIfMissing(cluster, "no/name", 1, 70_000))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Kafka topic: no/name");
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, EmbeddedKafka.ANY_PORT)) {
            assertThat(Topics.require(KafkaCluster.of(kafka.bootstrapServers()), "t"))
                    .isEqualTo(new TopicLimits("t", 3, 70_000));
        }
    }

    @Test
    void topicsOfBatchesKeepWhatGatewaysRead() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, EmbeddedKafka.ANY_PORT)) {
            KafkaCluster cluster = KafkaCluster.of(kafka.bootstrapServers());
            Topics.createIfMissing(cluster, "batches", 1, 70_000, Retention.LAST_OF_EACH_KEY);
            Topics.createIfMissing(cluster, "control", 1, 70_000, Retention.LIFE_OF_A_BATCH);

            assertThat(setting(cluster, "batches", "cleanup.policy")).isEqualTo("compact");
            assertThat(setting(cluster, "control", "cleanup.policy")).isEqualTo("delete");
            assertThat(setting(cluster, "control", "retention.ms"))
                    .isEqualTo(Long.toString(Duration.ofDays(30).toMillis()));
        }
    }

    private static String setting(KafkaCluster cluster, String topic, String name)
            throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = cluster.admin()) {
            return requireNonNull(
                            admin.describeConfigs(List.of(resource)).all().get().get(resource))
                    .get(name)
                    .value();
        }
    }

    @Test
    void transactionsLongerThanTheBrokersAllowAreRefused() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory, EmbeddedKafka.ANY_PORT)) {
            KafkaCluster cluster = KafkaCluster.of(kafka.bootstrapServers());

            new Delivery.ExactlyOnce("job", Duration.ofMinutes(15)).checkAgainst(cluster);
            assertThatThrownBy(
                            () ->
                                    new Delivery.ExactlyOnce("job", Duration.ofMinutes(16))
                                            .checkAgainst(cluster))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("transaction timeout: PT16M (expected: at most the")
                    .hasMessageContaining("transaction.max.timeout.ms, PT15M)");
        }
    }

    @Test
    void directoryOfSomethingElseIsRefused() throws IOException {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        Files.writeString(
                logs.resolve("meta.properties"), "version=1\ncluster.id=another\nnode.id=7\n");

        assertThatThrownBy(() -> EmbeddedKafka.start(directory, EmbeddedKafka.ANY_PORT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("directory of the Kafka broker: " + directory);
    }

    @Test
    void takenPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedKafka.start(directory, taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "port of the Kafka broker: " + taken.getLocalPort() + " (expected: a");
        }
    }

    @Test
    void brokersThatDoNotAnswerAreNamed() {
        KafkaCluster nobody =
                new KafkaCluster(
                        "127.0.0.1:1",
                        Map.of("default.api.timeout.ms", "500", "request.timeout.ms", "500"));

        assertThatThrownBy(() -> Topics.require(nobody, "t"))
                .isInstanceOf(KafkaCluster.Unreachable.class)
                .hasMessageContaining(
                        "kafka.bootstrap-servers: 127.0.0.1:1 (expected: a broker that answers)");
    }
}
