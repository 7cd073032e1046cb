package io.millrace.operators.generate;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.GenerationResult;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.Progress;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Figures;
import io.millrace.operators.report.Report;
import io.millrace.operators.testing.FakeEngine;
import io.millrace.operators.testing.FakeProbe;
import io.millrace.operators.testing.FakeSettings;
import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.metrics.testutils.MetricListener;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GenerateMetricsTest {

    private static final String NAME = "GenerateMetricsTest";

    private final MetricListener listener = new MetricListener();
    private final TestProcessingTimeService time = new TestProcessingTimeService();
    private OneInputStreamOperatorTestHarness<Integer, Integer> flink;
    private FakeEngine engine;
    private Figures figures;
    private GenerateMetrics metrics;

    @BeforeEach
    void start() throws Exception {
        // Only to have operator state and accumulators.
        flink =
                new OneInputStreamOperatorTestHarness<>(
                        new StreamMap<>(value -> value), IntSerializer.INSTANCE);
        flink.open();
        figures =
                Figures.restore(
                        flink.getOperator().getOperatorStateBackend(),
                        flink.getOperator().getRuntimeContext());
        FakeEngine.steppedByHand(FakeSettings.SMALL, NAME).start(new Deaf());
        List<FakeEngine> engines = FakeProbe.named(NAME).engines();
        engine = engines.get(engines.size() - 1);
        time.setCurrentTime(1_000);
        metrics = new GenerateMetrics(listener.getMetricGroup(), time, engine, figures);
    }

    @AfterEach
    void close() throws Exception {
        engine.close();
        flink.close();
    }

    @Test
    void showsTheEngineAndItsRatesAsOfTheLastSecond() throws Exception {
        engine.submit(List.of(task(request("a", 1, 50, 1, 2, 3)), task(request("b", 1, 50, 4))));
        engine.step();
        assertThat(gauge(GenerateMetrics.STEPS)).isEqualTo(0L);

        time.setCurrentTime(3_000);

        assertThat(gauge(GenerateMetrics.STEPS)).isEqualTo(1L);
        assertThat(
                        gauge(
                                GenerateMetrics.DRAFTER,
                                FakeEngine.DRAFTER,
                                GenerateMetrics.SPECULATING_STEPS))
                .isEqualTo(1L);
        assertThat(gauge(GenerateMetrics.PREFILL_TOKENS)).isEqualTo(4L);
        assertThat(gauge(GenerateMetrics.DECODE_TOKENS)).isEqualTo(2L);
        assertThat(gauge(GenerateMetrics.TOTAL_KV_BLOCKS)).isEqualTo(256L);
        assertThat(gauge(GenerateMetrics.MEAN_BATCH)).isEqualTo(2.0);
        assertThat((Double) gauge(GenerateMetrics.TOKENS_PER_SECOND))
                .isCloseTo((4 + 2) / 2.0, within(1e-9));
        assertThat((Double) gauge(GenerateMetrics.STEP_TIME_SHARE)).isPositive();
        assertThat(figures.get(Figure.DECODE_TOKENS)).isEqualTo(2);
        assertThat(figures.get(Figure.BATCHED_SEQUENCES)).isEqualTo(2);
    }

    @Test
    void keepsItsRatesWhenItLooksTwiceAtOnce() throws Exception {
        engine.submit(List.of(task(request("a", 1, 50, 1))));
        engine.step();
        time.setCurrentTime(2_000);
        Object rate = gauge(GenerateMetrics.TOKENS_PER_SECOND);

        metrics.look();

        assertThat(gauge(GenerateMetrics.TOKENS_PER_SECOND)).isEqualTo(rate).isEqualTo(2.0);
        assertThat(figures.get(Figure.STEPS)).isEqualTo(1);
    }

    @Test
    void showsHowFarPredictionsWereFromWhatCame() {
        QueuedRequest request = request("a", 1, 50, 1).withPredicted(new LengthEstimate(30, 40));
        metrics.answered(request, 20);
        assertThat(gauge(GenerateMetrics.PREDICTION_ERROR_TOKENS)).isEqualTo(10.0);
        metrics.answered(request, 30);
        assertThat((Double) gauge(GenerateMetrics.PREDICTION_ERROR_TOKENS))
                .isCloseTo(9.8, within(1e-9));
        assertThat(figures.get(Figure.PREDICTED_ANSWERS)).isEqualTo(2);
        assertThat(figures.get(Figure.PREDICTION_ERROR_TOKENS)).isEqualTo(10);
    }

    @Test
    void reportsWhatStepsTookForWhatTheyComputed() throws Exception {
        engine.submit(List.of(task(request("a", 1, 50, 1, 2, 3)), task(request("b", 1, 50, 4))));
        engine.step();
        engine.step();
        metrics.look();
        Map<String, Object> accumulators = new HashMap<>();
        flink.getEnvironment()
                .getAccumulatorRegistry()
                .getSnapshot()
                .deserializeUserAccumulators(getClass().getClassLoader())
                .forEach((name, sum) -> accumulators.put(name, sum.getLocalValue()));
        Report report = Report.of(accumulators);
        assertThat(report.stepSums().steps()).isEqualTo(2);
        // Prompt tokens of the first step, and time of both.
        assertThat(report.stepSums().product(0, 1)).isEqualTo(4);
        assertThat(report.stepSums().product(0, 4)).isEqualTo(2 * 50);
        assertThat(report.stepSums().product(2, 2)).isEqualTo(2 * 2 + 2 * 2);
        assertThat(report.kvBlocks()).isEqualTo(256);
    }

    @Test
    void countsResultsByStatus() {
        metrics.emitted(
                Completion.rejected(
                        request("a", 1, 5, 1).request(),
                        "model",
                        new Failure(FailureCode.EXPIRED, "late"),
                        0));

        assertThat(results("expired")).isEqualTo(1);
        assertThat(results("succeeded")).isZero();
    }

    private Object gauge(String... name) {
        return listener.getGauge(name).orElseThrow().getValue();
    }

    private long results(String status) {
        return listener.getCounter(GenerateMetrics.STATUS, status, GenerateMetrics.RESULTS)
                .orElseThrow()
                .getCount();
    }

    private static GenerationTask task(QueuedRequest queued) {
        return new GenerationTask(
                queued.key(),
                IntBuffer.wrap(queued.promptTokens()),
                Progress.NONE,
                queued.maxTokens(),
                queued.request().sampling(),
                queued.request().stop(),
                queued.request().topLogprobs(),
                queued.request().speculate(),
                queued.predicted(),
                queued.request().service(),
                0);
    }

    private static final class Deaf implements EngineListener {
        @Override
        public void onResult(GenerationResult result) {}

        @Override
        public void onRoom() {}

        @Override
        public void onFailure(Throwable cause) {}
    }
}
