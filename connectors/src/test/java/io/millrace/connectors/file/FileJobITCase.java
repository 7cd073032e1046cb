package io.millrace.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.core.codec.InputRecordCodec;
import io.millrace.core.request.InputRecord;
import io.millrace.operators.codec.CodecTypeInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FileJobITCase {

    private static final int RECORDS = 20_000;
    private static final Duration BOUND = Duration.ofSeconds(60);

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir private Path directory;

    private Path input = Path.of("set by the set-up");
    private Path output = input;

    @BeforeEach
    void writeTheInput() throws IOException {
        input = directory.resolve("in.jsonl");
        output = directory.resolve("out.jsonl");
        Files.write(input, lines());
        Steps.reset();
    }

    @Test
    void eachRecordIsInTheOutputOnceAlthoughTheJobFails() throws Exception {
        Steps.failAfterNextCheckpoint = true;

        start("fixed-delay", new Configuration())
                .getJobExecutionResult()
                .get(BOUND.toSeconds(), TimeUnit.SECONDS);

        assertThat(Steps.failAfterNextCheckpoint).as("the failure is still to come").isFalse();
        assertThat(Steps.seen.get()).as("records were read again").isGreaterThan(RECORDS);
        assertThat(Files.readAllLines(output)).containsExactlyElementsOf(lines());
        assertThat(directory.resolve("out.jsonl.incomplete")).doesNotExist();
    }

    @Test
    void anotherJobGoesOnFromASavepoint() throws Exception {
        Steps.paced = true;
        JobClient first = start("none", new Configuration());
        await().atMost(BOUND).until(() -> Steps.seen.get() > 50);
        String savepoint =
                first.triggerSavepoint(
                                directory.resolve("savepoints").toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get(BOUND.toSeconds(), TimeUnit.SECONDS);
        int seenAtSavepoint = Steps.seen.get();
        await().atMost(BOUND).until(() -> Steps.seen.get() > seenAtSavepoint + 50);
        first.cancel().get(BOUND.toSeconds(), TimeUnit.SECONDS);
        await().atMost(BOUND).until(() -> first.getJobStatus().get() == JobStatus.CANCELED);
        assertThat(directory.resolve("out.jsonl.incomplete")).exists();
        Steps.reset();

        Configuration resume = new Configuration();
        resume.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        start("none", resume).getJobExecutionResult().get(BOUND.toSeconds(), TimeUnit.SECONDS);

        assertThat(Steps.seen.get()).as("not everything was read again").isLessThan(RECORDS);
        assertThat(Files.readAllLines(output)).containsExactlyElementsOf(lines());
        assertThat(directory.resolve("out.jsonl.incomplete")).doesNotExist();
    }

    @Test
    void outputOfSomebodyElseEndsTheJobWithoutARestart() throws Exception {
        Files.writeString(output, "precious");
        JobClient job = start("fixed-delay", new Configuration());

        assertThatThrownBy(
                        () -> job.getJobExecutionResult().get(BOUND.toSeconds(), TimeUnit.SECONDS))
                .hasStackTraceContaining("UnusableFileException")
                .hasStackTraceContaining("out.jsonl (expected: a new or empty file");
        assertThat(output).hasContent("precious");
    }

    private JobClient start(String restartStrategy, Configuration configuration) throws Exception {
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, restartStrategy);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        env.enableCheckpointing(50);
        CodecTypeInfo<InputRecord> type = CodecTypeInfo.of(new InputRecordCodec());
        env.fromSource(
                        RequestFileSource.of(
                                List.of(new org.apache.flink.core.fs.Path(input.toUri())),
                                FileLimits.DEFAULT,
                                type,
                                Clock.systemUTC()),
                        WatermarkStrategy.noWatermarks(),
                        "in")
                .uid("in")
                .map(new Steps())
                .returns(type)
                .uid("steps")
                .sinkTo(
                        ResultFileSink.lines(
                                output,
                                ExistingOutput.REFUSE,
                                "run " + restartStrategy,
                                InputRecord::value))
                .uid("out");
        return env.executeAsync();
    }

    private static List<String> lines() {
        return IntStream.range(0, RECORDS).mapToObj(i -> "{\"id\":\"" + i + "\"}").toList();
    }

    /** Passes records on: some of them slowly, so that checkpoints fall between them. */
    private static final class Steps
            implements MapFunction<InputRecord, InputRecord>, CheckpointListener {

        private static final long serialVersionUID = 1L;

        static final AtomicInteger seen = new AtomicInteger();
        static volatile boolean paced;
        static volatile boolean failAfterNextCheckpoint;

        private transient int seenHere;
        private transient boolean checkpointed;

        static void reset() {
            seen.set(0);
            paced = false;
            failAfterNextCheckpoint = false;
        }

        @Override
        public InputRecord map(InputRecord input) {
            seen.incrementAndGet();
            seenHere++;
            if (failAfterNextCheckpoint && seenHere > 1000) {
                if (checkpointed) {
                    failAfterNextCheckpoint = false;
                    throw new IllegalStateException("asked to fail after " + input.key());
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            } else if (paced) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            return input;
        }

        @Override
        public void notifyCheckpointComplete(long checkpointId) {
            checkpointed = true;
        }
    }
}
