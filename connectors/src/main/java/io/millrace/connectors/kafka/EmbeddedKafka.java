package io.millrace.connectors.kafka;

import io.millrace.connectors.kafka.KafkaCluster.Unreachable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/**
 * A real Kafka broker (KRaft, one node) in this process: for tests and for trying Millrace out. It
 * needs {@code kafka_2.13} on the class path. Topics are not created by use, so that a wrong name
 * is an error as on a well-kept cluster.
 *
 * <p>{@link #start} returns when the broker answers; all else is thread-safe.
 */
@PublicEvolving
public final class EmbeddedKafka implements AutoCloseable {

    /** Lets the system choose a port. */
    public static final int ANY_PORT = 0;

    private static final String HOST = "127.0.0.1";

    /** Always the same, so that a directory can be used again. */
    private static final String CLUSTER_ID = new Uuid(0x6d696c6c72616365L, 1L).toString();

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedKafka(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker.
     *
     * @param directory where it keeps its logs; what an earlier broker left there is served again
     * @param port to listen on, or {@link #ANY_PORT}
     * @throws IOException if the directory cannot be used or the port is taken, naming it
     */
    public static EmbeddedKafka start(Path directory, int port) throws IOException {
        int brokerPort = freePort(port);
        Properties properties = properties(directory, brokerPort, freePort(ANY_PORT));
        format(directory, properties);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        EmbeddedKafka kafka = new EmbeddedKafka(server, HOST + ":" + brokerPort);
        try {
            server.startup();
            KafkaCluster.of(kafka.bootstrapServers).ping();
            return kafka;
        } catch (Unreachable | RuntimeException e) {
            kafka.close();
            throw new IOException("Kafka broker in " + directory + " does not start: " + e, e);
        }
    }

    /** Where clients connect: {@code host:port}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static int freePort(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IOException(
                    "port of the Kafka broker: %d (expected: a free port): %s"
                            .formatted(wanted, e.getMessage()),
                    e);
        }
    }

    private static Properties properties(Path directory, int brokerPort, int controllerPort) {
        String broker = "PLAINTEXT://" + HOST + ":" + brokerPort;
        String controller = HOST + ":" + controllerPort;
        Properties properties = new Properties();
        properties.putAll(
                Map.of(
                        "process.roles", "broker,controller",
                        "node.id", "1",
                        "controller.quorum.voters", "1@" + controller,
                        "listeners", broker + ",CONTROLLER://" + controller,
                        "advertised.listeners", broker,
                        "controller.listener.names", "CONTROLLER",
                        "log.dirs", directory.resolve("logs").toString(),
                        "auto.create.topics.enable", "false",
                        "group.initial.rebalance.delay.ms", "0"));
        properties.putAll(
                Map.of(
                        "offsets.topic.replication.factor", "1",
                        "offsets.topic.num.partitions", "1",
                        "transaction.state.log.replication.factor", "1",
                        "transaction.state.log.min.isr", "1",
                        "transaction.state.log.num.partitions", "1",
                        // Scans of a log that nobody else writes: seldom is enough.
                        "log.initial.task.delay.ms", "300000"));
        return properties;
    }

    private static void format(Path directory, Properties properties) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("server.properties");
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        PrintStream quiet =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        String[] arguments = {
            "format", "-t", CLUSTER_ID, "-c", file.toString(), "--ignore-formatted"
        };
        String reason = "";
        try {
            if (StorageTool.execute(arguments, quiet) == 0) {
                return;
            }
        } catch (RuntimeException e) {
            reason = ": " + e.getMessage();
        }
        throw new IOException(
                "directory of the Kafka broker: %s (expected: empty or left by such a broker)%s"
                        .formatted(directory, reason));
    }
}
