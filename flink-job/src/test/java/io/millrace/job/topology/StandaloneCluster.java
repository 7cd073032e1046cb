package io.millrace.job.topology;

import io.millrace.job.processes.FlinkProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * A Flink cluster of processes of its own, as a standing one is: no class of this project is on its
 * class path, only Flink, logging and what docs/deployment.md says belongs into Flink's lib folder.
 */
final class StandaloneCluster implements AutoCloseable {

    /** Jars that the job brings, or that only the command line needs. */
    private static final List<String> NOT_ON_THE_CLUSTER =
            List.of(
                    "millrace",
                    "flink-connector-base",
                    "flink-connector-files",
                    "flink-connector-kafka",
                    "flink-file-sink",
                    "kafka",
                    "arrow",
                    "flatbuffers",
                    "jackson",
                    "picocli",
                    "progressbar",
                    "jline",
                    "scala",
                    "flink-test",
                    "junit",
                    "archunit",
                    "assertj",
                    "jqwik",
                    "awaitility");

    private static final Duration START = Duration.ofSeconds(60);

    private final Path folder;
    private final int restPort;
    private final List<Process> processes = new ArrayList<>();

    private StandaloneCluster(Path folder, int restPort) {
        this.folder = folder;
        this.restPort = restPort;
    }

    /** Starts both processes; returns when the cluster has slots. */
    static StandaloneCluster start(Path folder, int rpcPort, int restPort) throws IOException {
        StandaloneCluster cluster = new StandaloneCluster(folder, restPort);
        FlinkProcess.configure(
                folder,
                rpcPort,
                restPort,
                """
                taskmanager.memory.task.off-heap.size: 512m
                taskmanager.memory.managed.size: 64m
                restart-strategy.type: none
                """);
        String entry = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
        cluster.java("jobmanager", entry, "--configDir", cluster.conf());
        String worker = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
        cluster.java("taskmanager", worker, "--configDir", cluster.conf());
        Awaitility.await()
                .atMost(START)
                .ignoreExceptions()
                .until(() -> cluster.get("/overview").contains("\"slots-total\":2"));
        return cluster;
    }

    /** What {@code flink run -d} does; returns what it printed. */
    String run(Path jar, List<String> arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("run", "-d", jar.toString()));
        all.addAll(arguments);
        Process client =
                java(
                        "client",
                        "org.apache.flink.client.cli.CliFrontend",
                        all.toArray(String[]::new));
        client.waitFor();
        return log("client");
    }

    /** What a process has printed. */
    String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }

    private String get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + restPort + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    private String conf() {
        return FlinkProcess.conf(folder).toString();
    }

    private Process java(String name, String main, String... arguments) throws IOException {
        Process process =
                FlinkProcess.start(
                        folder,
                        List.of("-Xmx512m", "-Dai.djl.offline=true"),
                        classPath(),
                        main,
                        List.of(arguments),
                        ProcessBuilder.Redirect.to(folder.resolve(name + ".log").toFile()));
        processes.add(process);
        return process;
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(StandaloneCluster::isOnTheCluster)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isOnTheCluster(String entry) {
        String name = new File(entry).getName();
        return name.endsWith(".jar")
                && !name.endsWith("-tests.jar")
                && NOT_ON_THE_CLUSTER.stream().noneMatch(name::startsWith);
    }

    @Override
    public void close() throws InterruptedException {
        processes.forEach(Process::destroy);
        for (Process process : processes) {
            process.waitFor();
        }
    }
}
