package io.millrace.job.local;

import static java.util.Objects.requireNonNull;

import io.millrace.connectors.kafka.EmbeddedKafka;
import io.millrace.connectors.kafka.KafkaCluster;
import io.millrace.connectors.kafka.Topics;
import io.millrace.gateway.GatewaySettings.Listen;
import io.millrace.gateway.access.KeyRing;
import io.millrace.job.catalog.Folders;
import io.millrace.job.options.BatchesOptions;
import io.millrace.job.options.JobSettings;
import io.millrace.job.options.KafkaOptions;
import io.millrace.job.options.KafkaSettings;
import io.millrace.job.topology.JobGraphs;
import io.millrace.job.topology.KafkaEndpoints;
import io.millrace.job.topology.Model;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;

/**
 * The whole service in this process: a Kafka broker with the job's topics, the job on a small Flink
 * cluster with its dashboard, and a gateway. Everything it writes is in a temporary folder that
 * closing removes. Safe for any thread once started.
 */
public final class LocalService implements AutoCloseable {

    private static final int PARTITIONS = 4;
    private static final int MESSAGE_OVERHEAD_BYTES = 1 << 16;
    private static final Duration READY = Duration.ofSeconds(30);

    private final Path folder;
    private final EmbeddedKafka kafka;
    private final LocalJob job;
    private final LocalGateway gateway;
    private final KafkaSettings settings;
    private final URI dashboard;
    private boolean closed;

    private LocalService(
            Path folder,
            EmbeddedKafka kafka,
            LocalJob job,
            LocalGateway gateway,
            KafkaSettings settings,
            URI dashboard) {
        this.folder = folder;
        this.kafka = kafka;
        this.job = job;
        this.gateway = gateway;
        this.settings = settings;
        this.dashboard = dashboard;
    }

    /**
     * Where the service listens, on this machine only.
     *
     * @param kafka of the broker; {@link EmbeddedKafka#ANY_PORT} for any that is free
     */
    public record Ports(int kafka, int dashboard, int gateway) {

        /** The port if it is free, else another. */
        public static int freeOr(int wanted) throws IOException {
            try (ServerSocket socket = new ServerSocket(wanted, 1, loopback())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
                    return socket.getLocalPort();
                }
            }
        }

        private static InetAddress loopback() {
            return InetAddress.getLoopbackAddress();
        }
    }

    /**
     * Starts everything; returns when the job is submitted, which may be before its model is
     * loaded, and the gateway takes batches.
     *
     * @param key for the gateway
     * @throws IOException if a port is taken, naming it
     */
    public static LocalService start(Configuration user, Model model, Ports ports, ApiKeyText key)
            throws Exception {
        Path folder = Files.createTempDirectory("millrace-service");
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), ports.kafka());
        try {
            Configuration configuration = new Configuration(user);
            configuration.set(KafkaOptions.BOOTSTRAP_SERVERS, kafka.bootstrapServers());
            if (!configuration.contains(BatchesOptions.RESULTS_DIR)) {
                configuration.set(BatchesOptions.RESULTS_DIR, folder.resolve("results").toString());
            }
            configuration =
                    new LocalConfiguration(configuration, folder.resolve("checkpoints"))
                            .withRestarts()
                            .dashboard(ports.dashboard())
                            .toConfiguration();
            JobSettings settings = JobSettings.from(configuration);
            createTopics(settings);
            LocalJob job =
                    LocalJob.start(
                            configuration,
                            "millrace",
                            environment ->
                                    JobGraphs.build(
                                            environment,
                                            settings,
                                            model,
                                            KafkaEndpoints.of(settings)));
            URI dashboard = URI.create("http://localhost:" + ports.dashboard());
            LocalGateway gateway = front(job, settings, model, ports, key, folder, dashboard);
            return new LocalService(folder, kafka, job, gateway, settings.kafka(), dashboard);
        } catch (Exception e) {
            kafka.close();
            Folders.delete(folder);
            throw e;
        }
    }

    private static LocalGateway front(
            LocalJob job,
            JobSettings settings,
            Model model,
            Ports ports,
            ApiKeyText key,
            Path folder,
            URI dashboard)
            throws Exception {
        Set<String> models = new TreeSet<>(settings.requests().modelNames());
        models.add(model.name());
        try {
            LocalGateway gateway =
                    LocalGateway.start(
                            settings.kafka(),
                            requireNonNull(settings.batches()),
                            new LocalGateway.Front(
                                    Listen.plain("localhost", ports.gateway()),
                                    folder.resolve("gateway"),
                                    KeyRing.of(key.keys()),
                                    List.copyOf(models),
                                    dashboard,
                                    PromptCounter.open(
                                            JobGraphs.dialects(
                                                    settings.requests(), model.sampling()),
                                            model.encoders(),
                                            models)));
            if (!gateway.awaitReady(READY)) {
                gateway.close();
                throw new IOException("the gateway does not get ready; the log says why");
            }
            return gateway;
        } catch (IOException | RuntimeException | InterruptedException e) {
            job.close();
            throw e;
        }
    }

    /** The job. */
    public LocalJob job() {
        return job;
    }

    /** Brokers and topics. */
    public KafkaSettings kafka() {
        return settings;
    }

    /** The gateway. */
    public URI gateway() {
        return gateway.address();
    }

    /** Flink's dashboard. */
    public URI dashboard() {
        return dashboard;
    }

    private static void createTopics(JobSettings settings) throws KafkaCluster.Unreachable {
        KafkaSettings.TopicNames topics = settings.kafka().topics();
        int maxBytes = settings.requests().maxRecordBytes() + MESSAGE_OVERHEAD_BYTES;
        for (String topic : List.of(topics.requests(), topics.results(), topics.deadLetters())) {
            Topics.createIfMissing(settings.kafka().cluster(), topic, PARTITIONS, maxBytes);
        }
        Topics.createIfMissing(
                settings.kafka().cluster(),
                topics.control(),
                1,
                maxBytes,
                Topics.Retention.LIFE_OF_A_BATCH);
        if (settings.batches() != null) {
            Topics.createIfMissing(
                    settings.kafka().cluster(),
                    settings.batches().topic(),
                    PARTITIONS,
                    maxBytes,
                    Topics.Retention.LAST_OF_EACH_KEY);
        }
    }

    /** One at a time: a broker whose controller another thread stops waits for it for minutes. */
    @Override
    public synchronized void close() throws Exception {
        if (closed) {
            return;
        }
        closed = true;
        try {
            gateway.close();
            job.close();
        } finally {
            kafka.close();
            Folders.delete(folder);
        }
    }
}
