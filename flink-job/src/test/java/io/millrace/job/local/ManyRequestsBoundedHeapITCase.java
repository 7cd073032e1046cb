package io.millrace.job.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.file.ExistingOutput;
import io.millrace.job.fakes.FakeModel;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.ResultFormat;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Report;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file far larger than the job's queue goes through a heap that could not hold it: the build runs
 * this class with a heap of its own.
 */
class ManyRequestsBoundedHeapITCase {

    private static final int REQUESTS = 100_000;
    private static final int OUTPUT_TOKENS = 64;
    private static final int PROMPT_CHARACTERS = 2_000;

    @TempDir private Path folder;

    @Test
    @Timeout(600)
    void aHundredThousandRequestsStreamThrough() throws Exception {
        BatchRun.Plan plan =
                new BatchRun.Plan(
                        write(),
                        folder.resolve("out.jsonl"),
                        ResultFormat.JSONL,
                        ExistingOutput.REFUSE,
                        null);
        Configuration configuration = ConfigurationFiles.of(Map.of("engine.model", "fake"));
        JobSettings settings = JobSettings.from(configuration);

        FakeModel fake = FakeModel.steppingEvery(Duration.ZERO);
        try (BatchRun run = BatchRun.start(plan, configuration, settings, fake.model())) {
            Report report = run.await(r -> {});
            run.finish();

            assertThat(report.get(Figure.SUCCEEDED)).isEqualTo(REQUESTS);
            assertThat(report.get(Figure.OUTPUT_TOKENS)).isEqualTo((long) REQUESTS * OUTPUT_TOKENS);
        }
        assertThat(Files.size(plan.input())).isGreaterThan(Runtime.getRuntime().maxMemory());
    }

    private Path write() throws IOException {
        Path file = folder.resolve("in.jsonl");
        String padding = "x".repeat(PROMPT_CHARACTERS);
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            for (int i = 0; i < REQUESTS; i++) {
                writer.write(
                        "{\"id\":\"r%d\",\"prompt\":\"%d %s\",\"max_tokens\":%d}%n"
                                .formatted(i, i, padding, OUTPUT_TOKENS));
            }
        }
        return file;
    }
}
