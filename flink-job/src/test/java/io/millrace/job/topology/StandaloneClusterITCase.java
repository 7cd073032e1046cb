package io.millrace.job.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.kafka.EmbeddedKafka;
import io.millrace.connectors.kafka.KafkaCluster;
import io.millrace.connectors.kafka.Topics;
import io.millrace.job.local.LocalService.Ports;
import io.millrace.job.local.SampleRequests;
import io.millrace.job.local.TopicClient;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.JobSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job jar on a cluster of other processes, submitted as {@code flink run} does it. */
class StandaloneClusterITCase {

    private static final Path JAR = Path.of("target/millrace/cluster/millrace-job.jar");
    private static final Path MODEL = Path.of("../models/tiny-chat").toAbsolutePath();

    @TempDir private Path folder;

    @Test
    @Timeout(240)
    void theJobJarAnswersOnAClusterThatKnowsNothingOfIt() throws Exception {
        assertThat(JAR).as("built by mvn package").exists();
        SampleRequests sample = SampleRequests.load();
        try (EmbeddedKafka kafka =
                        EmbeddedKafka.start(folder.resolve("kafka"), EmbeddedKafka.ANY_PORT);
                StandaloneCluster cluster =
                        StandaloneCluster.start(folder, Ports.freeOr(6123), Ports.freeOr(8081))) {
            KafkaCluster brokers = KafkaCluster.of(kafka.bootstrapServers());
            for (String topic : List.of("requests", "control", "results", "deadletter")) {
                Topics.createIfMissing(brokers, "millrace." + topic, 1, 1 << 20);
            }

            String refused = cluster.run(JAR, List.of("-D", "engine.model=/no/such/model"));
            String submitted =
                    cluster.run(
                            JAR,
                            List.of(
                                    "-D",
                                    "engine.model=" + MODEL,
                                    "-Dkafka.bootstrap-servers=" + kafka.bootstrapServers(),
                                    "-Dexecution.checkpointing.interval=1 s"));

            assertThat(refused).contains("Millrace was not started", "/no/such/model");
            assertThat(submitted).contains("Job has been submitted with JobID");
            assertThat(answers(kafka, sample))
                    .as(cluster.log("taskmanager"))
                    .hasSize(sample.lines().size())
                    .allSatisfy(line -> assertThat(line).contains("succeeded"));
        }
    }

    private static List<String> answers(EmbeddedKafka kafka, SampleRequests sample)
            throws Exception {
        JobSettings settings =
                JobSettings.from(
                        ConfigurationFiles.of(
                                Map.of(
                                        "engine.model", MODEL.toString(),
                                        "kafka.bootstrap-servers", kafka.bootstrapServers())));
        List<String> lines = new ArrayList<>();
        try (TopicClient client = new TopicClient(settings.kafka())) {
            client.send(sample.lines().values());
            long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
            while (lines.size() < sample.lines().size() && System.nanoTime() < deadline) {
                lines.addAll(client.results(Duration.ofSeconds(1)));
            }
        }
        return lines;
    }
}
