package io.millrace.job.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.connectors.file.ExistingOutput;
import io.millrace.job.fakes.FakeModel;
import io.millrace.job.options.ConfigurationException;
import io.millrace.job.options.ConfigurationFiles;
import io.millrace.job.options.JobSettings;
import io.millrace.job.topology.ResultFormat;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job between files, with a fake engine. */
class BatchRunITCase {

    private static final int OUTPUT_TOKENS = 64;
    private static final int REQUESTS = 2_000;

    @TempDir private Path folder;

    @Test
    @Timeout(120)
    void everyLineHasOneResult() throws Exception {
        BatchRun.Plan plan = plan(write(300), null);

        Report report = runToTheEnd(plan, Duration.ofMillis(1));

        assertEachAnsweredOnce(plan.output(), 300);
        assertThat(report.get(Figure.SUCCEEDED)).isEqualTo(300);
        assertThat(report.get(Figure.OUTPUT_TOKENS)).isEqualTo(300L * OUTPUT_TOKENS);
        assertThat(report.wallSeconds()).isPositive();
        assertThat(folder.resolve("out.jsonl.deadletter.jsonl")).doesNotExist();
    }

    @Test
    @Timeout(180)
    void anInterruptedRunGoesOnWhereItWas() throws Exception {
        Path state = folder.resolve("state");
        BatchRun.Plan plan = plan(write(REQUESTS), state);
        FakeModel fake = FakeModel.steppingEvery(Duration.ofMillis(2));
        interruptAfterACheckpoint(plan, fake);
        long resultsBefore = lines(plan.output());
        assertThat(resultsBefore).isPositive().isLessThan(REQUESTS);

        try (BatchRun second = start(plan, fake)) {
            assertThat(second.isResumed()).isTrue();
            Report report = second.await(r -> {});
            second.finish();
            assertThat(report.get(Figure.SUCCEEDED)).isEqualTo(REQUESTS);
        }

        assertThat(fake.probe().resumedTokens()).isNotEmpty();
        assertEachAnsweredOnce(plan.output(), REQUESTS);
        assertThat(state).doesNotExist();
    }

    @Test
    @Timeout(120)
    void theStateOfAnotherRunIsRefused() throws Exception {
        Path state = folder.resolve("state");
        FakeModel fake = FakeModel.steppingEvery(Duration.ofMillis(2));
        interruptAfterACheckpoint(plan(write(REQUESTS), state), fake);
        BatchRun.Plan other = plan(write(10), state);

        assertThatThrownBy(() -> start(other, fake).close())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("belongs to another run");
    }

    @Test
    @Timeout(120)
    void aFailingEngineFailsTheRunAndWhatWasWrittenIsWhole() throws Exception {
        BatchRun.Plan plan = plan(write(REQUESTS), null);
        FakeModel fake = FakeModel.steppingEvery(Duration.ofMillis(1));
        try (BatchRun run = start(plan, fake)) {
            assertThatThrownBy(
                            () ->
                                    run.await(
                                            report -> {
                                                if (report.finished() > 100) {
                                                    fake.probe().failOnce();
                                                }
                                            }))
                    .isInstanceOf(ExecutionException.class)
                    .rootCause()
                    .hasMessage("injected failure");
        }
        for (String line : Files.readAllLines(plan.output())) {
            assertThat(JsonMapper.builder().build().readTree(line).path("id").asText())
                    .startsWith("r");
        }
    }

    @Test
    void filesThatCannotBeUsedAreRefusedBeforeAnythingStarts() throws Exception {
        Path input = write(1);
        Files.writeString(folder.resolve("full.jsonl"), "something\n");

        assertRefused(folder.resolve("none.jsonl"), folder.resolve("o"), "input: ");
        assertRefused(input, folder.resolve("no/such/folder/out"), "directory that exists");
        assertRefused(input, folder.resolve("full.jsonl"), "a new or empty file");
        assertRefused(input, input, "another file than the input");
    }

    private static void assertRefused(Path input, Path output, String reason) {
        BatchRun.Plan plan =
                new BatchRun.Plan(input, output, ResultFormat.JSONL, ExistingOutput.REFUSE, null);
        assertThatThrownBy(() -> BatchRun.check(plan))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(reason);
    }

    /** Ends the run behind a checkpoint that holds unfinished answers. */
    private static void interruptAfterACheckpoint(BatchRun.Plan plan, FakeModel fake)
            throws Exception {
        Set<Path> seen = new HashSet<>();
        try (BatchRun first = start(plan, fake)) {
            assertThatThrownBy(
                            () ->
                                    first.await(
                                            report -> {
                                                if (report.finished() > 100) {
                                                    stopAtTheThird(first, plan, seen);
                                                }
                                            }))
                    .isInstanceOf(ExecutionException.class);
        }
    }

    /**
     * The first checkpoint seen may be from before any answer began, the second may have been under
     * way then; the third began when answers were being written.
     */
    private static void stopAtTheThird(BatchRun run, BatchRun.Plan plan, Set<Path> seen) {
        try (Stream<Path> files = Files.walk(plan.stateFolder())) {
            files.filter(file -> file.endsWith("_metadata")).forEach(seen::add);
            if (seen.size() >= 3) {
                run.stop();
            }
        } catch (UncheckedIOException e) {
            // A checkpoint was being replaced; the next look sees the new one.
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Report runToTheEnd(BatchRun.Plan plan, Duration step) throws Exception {
        try (BatchRun run = start(plan, FakeModel.steppingEvery(step))) {
            Report report = run.await(r -> {});
            run.finish();
            return report;
        }
    }

    private static BatchRun start(BatchRun.Plan plan, FakeModel fake) throws Exception {
        Configuration configuration =
                ConfigurationFiles.of(
                        Map.of(
                                "engine.model", "fake",
                                "execution.checkpointing.interval", "300 ms"));
        return BatchRun.start(plan, configuration, JobSettings.from(configuration), fake.model());
    }

    private BatchRun.Plan plan(Path input, @Nullable Path state) {
        return new BatchRun.Plan(
                input,
                folder.resolve("out.jsonl"),
                ResultFormat.JSONL,
                ExistingOutput.REFUSE,
                state);
    }

    private Path write(int requests) throws IOException {
        Path file = folder.resolve("in-" + requests + ".jsonl");
        Files.write(
                file,
                IntStream.range(0, requests)
                        .mapToObj(
                                i ->
                                        "{\"id\":\"r%d\",\"prompt\":\"%s\",\"max_tokens\":%d}"
                                                .formatted(i, prompt(i), OUTPUT_TOKENS))
                        .toList());
        return file;
    }

    private static String prompt(int i) {
        return "number " + i;
    }

    private static long lines(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        }
    }

    private static void assertEachAnsweredOnce(Path output, int requests) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        Set<String> ids = new HashSet<>();
        for (String line : Files.readAllLines(output)) {
            JsonNode result = json.readTree(line);
            String id = result.path("id").asText();
            assertThat(ids.add(id)).as(id).isTrue();
            String prompt = prompt(Integer.parseInt(id.substring(1)));
            assertThat(result.at("/output/text").asText())
                    .isEqualTo(FakeModel.answer(prompt, OUTPUT_TOKENS));
        }
        assertThat(ids)
                .isEqualTo(
                        IntStream.range(0, requests)
                                .mapToObj(i -> "r" + i)
                                .collect(Collectors.toSet()));
    }
}
