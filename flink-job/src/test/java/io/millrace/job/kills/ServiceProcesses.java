package io.millrace.job.kills;

import io.millrace.job.cli.Main;
import io.millrace.job.processes.FlinkProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;

/**
 * The service as four processes with the test's own class path. What is killed is started again at
 * once, on the same ports and folders. Safe for any thread.
 */
final class ServiceProcesses implements AutoCloseable {

    static final String API_KEY = "a-key-of-this-test-only";

    /** Below the ports that clients get: a client that looks for a dead server finds no one. */
    private static final int FIRST_PORT = 21_000;

    private static final int LAST_PORT = 29_000;

    private static final int TAIL_CHARACTERS = 10_000;

    /** A process; all but the job manager may be killed. */
    enum Role {
        BROKER(BrokerProcess.class, "256m"),
        JOB_MANAGER(StandaloneSessionClusterEntrypoint.class, "256m"),
        TASK_MANAGER(TaskManagerRunner.class, "384m"),
        GATEWAY(Main.class, "192m");

        private final Class<?> main;
        private final String heap;

        Role(Class<?> main, String heap) {
            this.main = main;
            this.heap = heap;
        }
    }

    private final Path folder;
    private final Map<Role, List<String>> arguments = new EnumMap<>(Role.class);
    private final Map<Role, Process> running = new EnumMap<>(Role.class);
    private final int brokerPort;
    private final int restPort;
    private final int gatewayPort;

    ServiceProcesses(Path folder) throws IOException {
        this.folder = folder;
        brokerPort = freePort(FIRST_PORT);
        restPort = freePort(brokerPort + 1);
        int rpcPort = freePort(restPort + 1);
        gatewayPort = freePort(rpcPort + 1);
        FlinkProcess.configure(
                folder,
                rpcPort,
                restPort,
                """
                rest.address: localhost
                taskmanager.host: localhost
                taskmanager.memory.task.off-heap.size: 256m
                taskmanager.memory.managed.size: 16m
                heartbeat.interval: 500
                heartbeat.timeout: 20000
                """);
        String conf = FlinkProcess.conf(folder).toString();
        arguments.put(
                Role.BROKER,
                List.of(folder.resolve("kafka").toString(), Integer.toString(brokerPort)));
        arguments.put(Role.JOB_MANAGER, List.of("--configDir", conf));
        arguments.put(Role.TASK_MANAGER, List.of("--configDir", conf));
        arguments.put(
                Role.GATEWAY,
                List.of(
                        "gateway",
                        "--port=" + gatewayPort,
                        "--data=" + folder.resolve("gateway"),
                        "--api-key=" + API_KEY,
                        "-Dkafka.bootstrap-servers=" + brokers(),
                        "-Dbatches.results-dir=" + results()));
    }

    /** Where clients of Kafka connect. */
    String brokers() {
        return "127.0.0.1:" + brokerPort;
    }

    /** Port of the job manager's REST API. */
    int restPort() {
        return restPort;
    }

    /** Where the gateway listens. */
    String gateway() {
        return "http://localhost:" + gatewayPort;
    }

    /** Folder of results by batch. */
    Path results() {
        return folder.resolve("results");
    }

    /** Folder of the job's checkpoints. */
    Path checkpoints() {
        return folder.resolve("checkpoints");
    }

    /** Starts it; returns before it is ready. */
    synchronized void start(Role role) throws IOException {
        Process process =
                FlinkProcess.start(
                        folder,
                        List.of(
                                "-Xmx" + role.heap,
                                "-XX:TieredStopAtLevel=1",
                                "-Dmillrace.log.dir=" + folder,
                                "-Dlog4j2.level=INFO"),
                        System.getProperty("java.class.path"),
                        role.main.getName(),
                        Objects.requireNonNull(arguments.get(role)),
                        ProcessBuilder.Redirect.appendTo(log(role).toFile()));
        running.put(role, process);
    }

    /** Kills it as {@code kill -9} does, and starts it again. */
    synchronized void killAndStart(Role role) {
        try {
            Objects.requireNonNull(running.get(role)).destroyForcibly().waitFor();
            start(role);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of what all starts of it have printed. */
    String tail(Role role) throws IOException {
        String log = Files.readString(log(role));
        return log.substring(Math.max(0, log.length() - TAIL_CHARACTERS));
    }

    private Path log(Role role) {
        return folder.resolve(role.name().toLowerCase(Locale.ROOT) + ".log");
    }

    private static int freePort(int from) {
        int port = from;
        while (port < LAST_PORT && isTaken(port)) {
            port++;
        }
        return port;
    }

    private static boolean isTaken(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort() != port;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public synchronized void close() throws InterruptedException {
        for (Process process : running.values()) {
            process.destroyForcibly();
        }
        for (Process process : running.values()) {
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }
}
