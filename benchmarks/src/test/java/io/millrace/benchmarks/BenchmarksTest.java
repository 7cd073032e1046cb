package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs; how fast is no matter here. */
class BenchmarksTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final String BENCHMARK = "Benchmark.java";

    @Test
    void everyBenchmarkRunsOnce() throws RunnerException, IOException {
        Options once =
                new OptionsBuilder()
                        .include("io\\.millrace\\..*")
                        .mode(Mode.SingleShotTime)
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .param("model", "../models/tiny-chat")
                        .param("waiting", "1000")
                        .build();

        Set<String> ran =
                new Runner(once)
                        .run().stream()
                                .map(result -> className(result.getParams().getBenchmark()))
                                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(ran).isNotEmpty().isEqualTo(benchmarkClasses());
    }

    private static String className(String benchmark) {
        return benchmark.substring(0, benchmark.lastIndexOf('.'));
    }

    private static Set<String> benchmarkClasses() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(BENCHMARK))
                    .map(file -> SOURCES.relativize(file).toString())
                    .map(file -> file.replace(".java", "").replace('/', '.'))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
