package io.millrace.job.deploy;

import static io.millrace.job.deploy.ComposeFile.map;
import static io.millrace.job.deploy.ComposeFile.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.JobSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of the deployment, where no image can be pulled: what they name exists, what they set
 * is known, and the scripts do what they say. It needs what {@code package} builds.
 */
class DeploymentFilesITCase {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path DEPLOY = ROOT.resolve("deploy");
    private static final Pattern PINNED = Pattern.compile("[a-z/-]+:[0-9]+\\.[0-9]+\\.[0-9]+\\S*");

    @TempDir private Path folder;

    /** A program's exit code and what it printed. */
    private record Ran(int exitCode, String output) {}

    @Test
    void everyServiceIsPinnedCheckedAndWithoutRights() throws Exception {
        ComposeFile compose = compose();

        assertThat(compose.services())
                .containsOnlyKeys(
                        "kafka",
                        "topics",
                        "jobmanager",
                        "taskmanager",
                        "taskmanager-gpu",
                        "gateway")
                .allSatisfy(
                        (name, service) -> {
                            assertThat((String) service.get("image")).matches(PINNED);
                            assertThat(service.get("user")).isNotNull().isNotEqualTo("root");
                            if (!name.equals("topics")) {
                                assertThat(service).containsKey("healthcheck");
                            }
                        });
    }

    @Test
    void whatServicesNameExists() throws Exception {
        ComposeFile compose = compose();
        for (Map<String, Object> service : compose.services().values()) {
            if (service.containsKey("depends_on")) {
                assertThat(compose.services())
                        .containsKeys(
                                map(service.get("depends_on")).keySet().toArray(String[]::new));
            }
            for (String volume : texts(service.get("volumes"))) {
                String source = volume.split(":", 2)[0];
                if (!source.startsWith("./")) {
                    assertThat(compose.volumes()).contains(source);
                } else if (!source.equals("./libtorch")) {
                    assertThat(ROOT.resolve(source)).exists();
                }
            }
            if (service.containsKey("build")) {
                String file = String.valueOf(map(service.get("build")).get("dockerfile"));
                assertThat(ROOT.resolve(file)).exists();
            }
        }
    }

    @Test
    void imagesAreBuiltFromPinnedOnesAndWhatMavenMade() throws IOException {
        for (String image : List.of("flink", "gateway")) {
            Path file = DEPLOY.resolve(image + ".Dockerfile");
            for (String line : Files.readAllLines(file)) {
                String[] words = line.split(" +");
                if (words[0].equals("FROM") && !words[1].equals("base")) {
                    assertThat(words[1]).matches(PINNED);
                } else if (words[0].equals("COPY")) {
                    assertThat(Arrays.stream(words, 1, words.length - 1))
                            .filteredOn(word -> !word.startsWith("--"))
                            .allSatisfy(source -> assertThat(ROOT.resolve(source)).exists());
                }
            }
        }
    }

    @Test
    void theJobTakesTheOptionsThatItIsGiven() throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : texts(map(compose().services().get("jobmanager")).get("command"))) {
            String[] keyAndValue = option.split("=", 2);
            options.put(keyAndValue[0], keyAndValue[1]);
        }
        Configuration configuration = ConfigurationFiles.of(options);

        assertThat(options).containsKeys("engine.model", "kafka.bootstrap-servers");
        assertThat(JobSettings.from(configuration)).isNotNull();
    }

    @Test
    void theJobManagerGoesOnFromTheNewestCompleteCheckpoint() throws Exception {
        Path job = folder.resolve("6d696c6c726163650000000000000001");
        checkpoint(job.resolve("chk-9"), 1000);
        checkpoint(job.resolve("chk-10"), 2000);
        Files.createDirectories(job.resolve("chk-11"));

        assertThat(jobManager("engine.model=/m", "engine.threads=2").output())
                .contains("--fromSavepoint file://" + job.resolve("chk-10"))
                .contains("-- -Dengine.model=/m -Dengine.threads=2");
    }

    @Test
    void theFirstJobManagerBeginsFromNothing() throws Exception {
        Ran ran = jobManager("engine.model=/m");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.output())
                .startsWith("standalone-job")
                .contains("--job-classname io.millrace.job.topology.MillraceJob")
                .doesNotContain("fromSavepoint");
    }

    @Test
    void topicsAreMadeAsTheJobAndTheGatewayNeedThem() throws Exception {
        Path tool = Files.createDirectories(folder.resolve("bin")).resolve("kafka-topics.sh");
        Files.writeString(tool, "#!/bin/sh\necho \"$@\"\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();

        String made = run(Map.of("KAFKA_HOME", folder.toString()), "topics.sh", "b:1").output();

        assertThat(made.lines())
                .hasSize(5)
                .allMatch(
                        line -> line.startsWith("--bootstrap-server b:1 --create --if-not-exists"))
                .anyMatch(
                        line ->
                                line.contains("millrace.batches --partitions 1 ")
                                        && line.contains("cleanup.policy=compact"))
                .anyMatch(line -> line.contains("millrace.control --partitions 1 "));
    }

    @Test
    void healthIsWhatTheContainerAnswers() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/jobs",
                exchange -> {
                    byte[] body = "{\"state\":\"RUNNING\"}\n".getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            String port = Integer.toString(server.getAddress().getPort());
            assertThat(run(Map.of(), "health.sh", port, "/jobs", "RUNNING").exitCode()).isZero();
            assertThat(run(Map.of(), "health.sh", port, "/jobs", "200 OK").exitCode()).isZero();
            assertThat(run(Map.of(), "health.sh", port, "/other", "200 OK").exitCode()).isNotZero();
        } finally {
            server.stop(0);
        }
    }

    /** Skipped, and reported as such, where the client or its plugin is missing. */
    @Test
    void dockerComposeAcceptsTheFile() throws Exception {
        Ran version = program(Map.of(), "docker", "compose", "version");
        assumeTrue(version.exitCode() == 0, "docker compose is not installed");

        for (String profile : List.of("cpu", "gpu")) {
            Ran ran =
                    program(
                            Map.of(),
                            "docker",
                            "compose",
                            "--profile",
                            profile,
                            "config",
                            "--quiet");
            assertThat(ran.exitCode()).as(ran.output()).isZero();
        }
    }

    private static ComposeFile compose() throws Exception {
        return ComposeFile.read(ROOT.resolve("docker-compose.yml"));
    }

    private static void checkpoint(Path at, long modifiedMs) throws IOException {
        Path metadata = Files.createDirectories(at).resolve("_metadata");
        Files.writeString(metadata, "");
        Files.setLastModifiedTime(metadata, FileTime.fromMillis(modifiedMs));
    }

    private Ran jobManager(String... options) throws IOException, InterruptedException {
        String[] command = new String[options.length + 1];
        command[0] = "jobmanager.sh";
        System.arraycopy(options, 0, command, 1, options.length);
        Map<String, String> environment =
                Map.of(
                        "MILLRACE_CHECKPOINTS",
                        folder.toString(),
                        "MILLRACE_FLINK_ENTRYPOINT",
                        "echo");
        return run(environment, command);
    }

    private static Ran run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        String[] all = command.clone();
        all[0] = DEPLOY.resolve(command[0]).toString();
        return program(environment, all);
    }

    private static Ran program(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.directory(ROOT.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return new Ran(process.waitFor(), output);
        } catch (IOException e) {
            return new Ran(127, String.valueOf(e.getMessage()));
        }
    }
}
