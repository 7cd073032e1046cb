package io.millrace.operators.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.codec.ControlMessageCodec;
import io.millrace.core.codec.InputRecordCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.predict.UpperBoundPredictor;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Status;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.admit.AdmitFunction;
import io.millrace.operators.admit.AdmitSettings;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.codec.CodecTypeInfo;
import io.millrace.operators.drain.DrainSource;
import io.millrace.operators.predict.PredictFunction;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Report;
import io.millrace.operators.route.RouteFunction;
import io.millrace.operators.route.RoutePlan;
import io.millrace.operators.testing.CommittedResults;
import io.millrace.operators.testing.FakeAnswer;
import io.millrace.operators.testing.FakeEngine;
import io.millrace.operators.testing.FakeProbe;
import io.millrace.operators.testing.FakeSettings;
import io.millrace.operators.testing.LineRequests;
import io.millrace.operators.testing.Requests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The operators as a job over bounded input, on a cluster, with a fake engine. */
class GenerateITCase {

    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final FakeSettings ENGINE = new FakeSettings(8, 16_384, 256, 40);
    private static final int LANES = 128;
    private static final int MAX_TOKENS = 60;
    private static final long STEP_PAUSE_MICROS = 2_000;

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setConfiguration(clusterConfiguration())
                            .setNumberTaskManagers(2)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @Test
    void hasEveryResultExactlyOnceAfterAFailureAndGoesOnFromSavedTokens() throws Exception {
        String name = "failure";
        int requests = 400;
        FakeProbe probe = FakeProbe.named(name);
        Configuration configuration = jobConfiguration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 1);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(1));
        JobClient job = start(name, configuration, requests, 2);
        await().atMost(BOUND).until(() -> CommittedResults.of(name).size() >= requests / 5);

        probe.failOnce();
        Report report = awaitReport(job);

        assertThat(probe.engines()).hasSize(4).allMatch(FakeEngine::isClosed);
        checkAnswers(name, requests);
        assertThat(probe.resumedTokens()).isNotEmpty();
        assertThat(probe.submitted()).isLessThan(2L * requests);
        assertThat(report.get(Figure.REQUESTS)).isEqualTo(requests);
        assertThat(report.get(Figure.SUCCEEDED)).isEqualTo(requests);
        assertThat(report.get(Figure.OUTPUT_TOKENS)).isEqualTo(outputTokens(requests));
        assertThat(report.meanBatch()).isBetween(1.0, 8.0);
    }

    @Test
    void takesCheckpointsWhileItHoldsAllItMay() throws Exception {
        String name = "full";
        Configuration configuration = jobConfiguration();
        // An aligned barrier would wait behind all requests in the network buffers.
        configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, true);
        JobClient job = start(name, configuration, BatchSettings.of(name).withMaxRequests(12));

        // Results are visible only through complete checkpoints.
        await().atMost(BOUND).until(() -> !CommittedResults.of(name).isEmpty());
        assertThat(CommittedResults.of(name).size()).isLessThan(200);

        awaitReport(job);
        checkAnswers(name, 200);
    }

    @Test
    void goesOnFromASavepointWithAnotherNumberOfEngines(@TempDir Path directory) throws Exception {
        String name = "savepoint";
        int requests = 400;
        JobClient job = start(name, jobConfiguration(), requests, 1);
        await().atMost(BOUND).until(() -> CommittedResults.of(name).size() >= requests / 10);
        String savepoint =
                job.stopWithSavepoint(
                                false, directory.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(CommittedResults.of(name).size()).isLessThan(requests);

        Configuration resumed = jobConfiguration();
        resumed.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
        Report report = awaitReport(start(name, resumed, requests, 3));

        checkAnswers(name, requests);
        assertThat(FakeProbe.named(name).resumedTokens()).isNotEmpty();
        assertThat(report.get(Figure.SUCCEEDED)).isEqualTo(requests);
    }

    @Test
    void showsItsReportWhileItRuns() throws Exception {
        String name = "report";
        JobClient job = start(name, jobConfiguration(), 400, 1);

        await().atMost(BOUND)
                .until(
                        () ->
                                Report.of(job.getAccumulators().get()).get(Figure.SUCCEEDED) > 0
                                        || job.getJobStatus().get().isTerminalState());

        assertThat(job.getJobStatus().get().isTerminalState()).isFalse();
        assertThat(awaitReport(job).get(Figure.SUCCEEDED)).isEqualTo(400);
    }

    private static JobClient start(
            String name, Configuration configuration, int requests, int engines) throws Exception {
        return start(name, configuration, BatchSettings.of(name), requests, engines);
    }

    private static JobClient start(String name, Configuration configuration, BatchSettings settings)
            throws Exception {
        return start(name, configuration, settings, 200, 1);
    }

    private static JobClient start(
            String name,
            Configuration configuration,
            BatchSettings settings,
            int requests,
            int engineCount)
            throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(2);
        environment.enableCheckpointing(100);
        GenerationEngine.Factory engines = FakeEngine.running(ENGINE, name, STEP_PAUSE_MICROS);
        SingleOutputStreamOperator<QueuedRequest> admitted =
                records(environment, requests)
                        .process(
                                new AdmitFunction(
                                        new LineRequests(),
                                        LineRequests.encoders(ENGINE),
                                        AdmitSettings.of(FakeSettings.MODEL)))
                        .uid("admit");
        DataStream<QueuedRequest> routed =
                admitted.map(new PredictFunction(UpperBoundPredictor::new))
                        .uid("predict")
                        .map(new RouteFunction(RoutePlan.byLanes(LANES)))
                        .uid("route");
        DataStream<ControlMessage> control =
                environment
                        .fromSource(
                                new DrainSource<ControlMessage>(name),
                                WatermarkStrategy.noWatermarks(),
                                "drain",
                                CodecTypeInfo.of(new ControlMessageCodec()))
                        .setParallelism(1)
                        .uid("drain");
        GeneratePipeline.generate(
                        routed,
                        admitted.getSideOutput(AdmitFunction.REJECTED),
                        control,
                        settings,
                        engines,
                        engineCount,
                        LANES)
                .sinkTo(new CommittedResults(name))
                .uid("results")
                .setParallelism(1);
        return environment.executeAsync(name);
    }

    private static DataStream<InputRecord> records(
            StreamExecutionEnvironment environment, int requests) {
        return environment
                .fromSequence(0, requests - 1L)
                .uid("numbers")
                .map(GenerateITCase::record)
                .returns(CodecTypeInfo.of(new InputRecordCodec()))
                .uid("records");
    }

    private static InputRecord record(long number) {
        return LineRequests.record("in@" + number, "id-" + number, MAX_TOKENS, "prompt " + number);
    }

    private static QueuedRequest queued(int number) {
        String line = new String(record(number).value(), UTF_8);
        int[] prompt = line.split(" ", 3)[2].chars().toArray();
        return Requests.request("in@" + number, 0, MAX_TOKENS, prompt);
    }

    private static long outputTokens(int requests) {
        return IntStream.range(0, requests)
                .mapToLong(i -> FakeAnswer.text(queued(i), ENGINE).split(" ", -1).length)
                .sum();
    }

    private static void checkAnswers(String name, int requests) {
        List<Completion> results = CommittedResults.of(name);
        assertThat(results)
                .extracting(Completion::id)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, requests).mapToObj(i -> "id-" + i).toList());
        for (Completion result : results) {
            assertThat(result.status()).isEqualTo(Status.SUCCEEDED);
            int number = Integer.parseInt(result.id().substring("id-".length()));
            assertThat(((Succeeded) result.outcome()).answer().text())
                    .isEqualTo(FakeAnswer.text(queued(number), ENGINE));
        }
    }

    private static Report awaitReport(JobClient job) throws Exception {
        return Report.of(
                job.getJobExecutionResult()
                        .get(BOUND.toSeconds(), TimeUnit.SECONDS)
                        .getAllAccumulatorResults());
    }

    private static Configuration jobConfiguration() {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.OBJECT_REUSE, true);
        return configuration;
    }

    private static Configuration clusterConfiguration() {
        Configuration configuration = new Configuration();
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofMillis(100));
        return configuration;
    }
}
