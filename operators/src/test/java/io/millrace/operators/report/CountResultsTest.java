package io.millrace.operators.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Completion.Failed;
import io.millrace.core.request.Completion.Outcome;
import io.millrace.core.request.Completion.Succeeded;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Timing;
import io.millrace.core.request.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CountResultsTest {

    private static final Outcome ANSWER =
            new Succeeded(new Answer("text", FinishReason.STOP, null, List.of()));

    @Test
    void countsEveryKindOfResultAndPassesItOn() throws Exception {
        try (var harness = open(null)) {
            push(harness, ANSWER, failed(FailureCode.EXPIRED), failed(FailureCode.CANCELED));
            push(harness, failed(FailureCode.UNKNOWN_MODEL), ANSWER);

            Report report = report(harness);
            assertThat(harness.extractOutputValues()).hasSize(5);
            assertThat(report.finished()).isEqualTo(5);
            assertThat(report.get(Figure.SUCCEEDED)).isEqualTo(2);
            assertThat(report.get(Figure.ERRORED)).isEqualTo(1);
            assertThat(report.get(Figure.CANCELED)).isEqualTo(1);
            assertThat(report.get(Figure.EXPIRED)).isEqualTo(1);
            assertThat(report.get(Figure.INPUT_TOKENS)).isEqualTo(5 * 3);
            assertThat(report.get(Figure.OUTPUT_TOKENS)).isEqualTo(5 * 4);
            assertThat(report.get(Figure.CACHED_TOKENS)).isEqualTo(5);
            assertThat(report.get(Figure.REQUESTS)).isEqualTo(5);
            assertThat(report.jctMeanMs()).isEqualTo(100);
            assertThat(report.jctQuantileMs(0.5)).isEqualTo(100);
        }
    }

    @Test
    void goesOnFromTheCheckpointAfterARestart() throws Exception {
        OperatorSubtaskState state;
        try (var harness = open(null)) {
            push(harness, ANSWER, failed(FailureCode.EXPIRED));
            state = harness.snapshot(1, 1);
            push(harness, ANSWER);
        }
        try (var harness = open(state)) {
            push(harness, ANSWER);

            Report report = report(harness);
            assertThat(report.get(Figure.SUCCEEDED)).isEqualTo(2);
            assertThat(report.get(Figure.EXPIRED)).isEqualTo(1);
            assertThat(report.jctMs()).containsOnly(Map.entry(100, 2));
        }
    }

    private static void push(
            OneInputStreamOperatorTestHarness<Completion, Completion> harness, Outcome... outcomes)
            throws Exception {
        for (Outcome outcome : outcomes) {
            harness.processElement(
                    new Completion(
                            "key",
                            "id",
                            "native",
                            "model",
                            "tenant",
                            null,
                            outcome,
                            new Usage(3, 4, 1),
                            new Timing(1_000, 1_010, 1_020, 1_100)),
                    0);
        }
    }

    private static Outcome failed(FailureCode code) {
        return new Failed(new Failure(code, "message"));
    }

    private static Report report(OneInputStreamOperatorTestHarness<?, ?> harness) {
        Map<String, Object> values = new HashMap<>();
        harness.getEnvironment()
                .getAccumulatorRegistry()
                .getUserMap()
                .forEach((name, value) -> values.put(name, value.getLocalValue()));
        return Report.of(values);
    }

    private static OneInputStreamOperatorTestHarness<Completion, Completion> open(
            @Nullable OperatorSubtaskState state) throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<Completion, Completion>(
                        new ProcessOperator<>(new CountResults()), 1, 1, 0);
        harness.setup();
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }
}
