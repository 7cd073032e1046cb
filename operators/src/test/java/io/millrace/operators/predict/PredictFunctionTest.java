package io.millrace.operators.predict;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.predict.LengthPredictor;
import io.millrace.core.predict.UpperBoundPredictor;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class PredictFunctionTest {

    @Test
    void attachesWhatThePredictorSays() throws Exception {
        assertThat(predicted(PromptLength::new)).isEqualTo(new LengthEstimate(3, 6));
    }

    @Test
    void leavesTheLengthOpenWithoutAModel() throws Exception {
        assertThat(predicted(UpperBoundPredictor::new)).isEqualTo(LengthEstimate.atMost(50));
    }

    @Test
    void leavesTheLengthOpenWhereThePredictorFails() throws Exception {
        assertThat(predicted(Broken::new)).isEqualTo(LengthEstimate.atMost(50));
    }

    private static LengthEstimate predicted(PredictFunction.Factory predictors) throws Exception {
        try (var harness =
                new OneInputStreamOperatorTestHarness<QueuedRequest, QueuedRequest>(
                        new StreamMap<>(new PredictFunction(predictors)))) {
            harness.open();
            harness.processElement(request("key", 1, 50, 7, 8, 9), 0);
            return harness.extractOutputValues().get(0).predicted();
        }
    }

    private static final class PromptLength implements LengthPredictor {
        @Override
        public LengthEstimate predict(QueuedRequest request, int generated) {
            int length = request.promptTokens().length;
            return new LengthEstimate(length, 2 * length);
        }

        @Override
        public void observe(QueuedRequest request, int outputTokens) {}
    }

    private static final class Broken implements LengthPredictor {
        @Override
        public LengthEstimate predict(QueuedRequest request, int generated) {
            throw new IllegalStateException("broken");
        }

        @Override
        public void observe(QueuedRequest request, int outputTokens) {}
    }
}
