package io.millrace.job.processes;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts JVMs as Flink's scripts do, on a small configuration. Stateless. */
public final class FlinkProcess {

    private static final List<String> OPENED =
            List.of("java.nio", "java.util", "java.lang", "java.time", "java.net");

    private FlinkProcess() {}

    /**
     * Writes the configuration of a cluster of one task manager with two slots.
     *
     * @param folder gets {@code conf/config.yaml}
     * @param more further lines
     */
    public static void configure(Path folder, int rpcPort, int restPort, String more)
            throws IOException {
        Files.createDirectories(conf(folder));
        Files.writeString(
                conf(folder).resolve("config.yaml"),
                """
                jobmanager.rpc.address: localhost
                jobmanager.rpc.port: %d
                rest.port: %d
                jobmanager.memory.heap.size: 256m
                taskmanager.numberOfTaskSlots: 2
                taskmanager.cpu.cores: 2
                taskmanager.memory.task.heap.size: 256m
                taskmanager.memory.framework.heap.size: 128m
                taskmanager.memory.framework.off-heap.size: 128m
                taskmanager.memory.network.min: 64m
                taskmanager.memory.network.max: 64m
                taskmanager.memory.jvm-metaspace.size: 256m
                taskmanager.memory.jvm-overhead.min: 192m
                taskmanager.memory.jvm-overhead.max: 192m
                """
                                .formatted(rpcPort, restPort)
                        + more);
    }

    /** The folder of the configuration. */
    public static Path conf(Path folder) {
        return folder.resolve("conf");
    }

    /**
     * Starts a JVM that finds the configuration; returns at once.
     *
     * @param options of the JVM
     * @param log takes what it prints
     */
    public static Process start(
            Path folder,
            List<String> options,
            String classPath,
            String main,
            List<String> arguments,
            Redirect log)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        for (String open : OPENED) {
            command.add("--add-opens=java.base/" + open + "=ALL-UNNAMED");
        }
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("FLINK_CONF_DIR", conf(folder).toString());
        builder.redirectErrorStream(true);
        builder.redirectOutput(log);
        return builder.start();
    }
}
