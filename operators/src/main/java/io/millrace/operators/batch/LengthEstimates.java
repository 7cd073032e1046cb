package io.millrace.operators.batch;

import io.millrace.core.codec.HistogramStateCodec;
import io.millrace.core.predict.HistogramPredictor;
import io.millrace.core.predict.HistogramSettings;
import io.millrace.core.predict.HistogramState;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.codec.CodecTypeInfo;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;

/**
 * Learns from the answers that {@code batch} sees end and estimates the requests that {@code
 * predict} had no opinion on. It lives here because results are seen here, and its histogram is
 * operator state: a union, so that after a rescale every subtask starts with what all have learned.
 */
final class LengthEstimates {

    private static final HistogramSettings SETTINGS = new HistogramSettings(1_000, 20, 100);
    private static final ListStateDescriptor<HistogramState> STATE =
            new ListStateDescriptor<>(
                    "answer-lengths", CodecTypeInfo.of(new HistogramStateCodec()));

    private final BatchSettings.Prediction prediction;
    private final ListState<HistogramState> state;
    private final HistogramPredictor histogram;
    private long learned;
    private long reestimateAt = SETTINGS.minSamples();

    private LengthEstimates(
            BatchSettings.Prediction prediction,
            ListState<HistogramState> state,
            HistogramPredictor histogram) {
        this.prediction = prediction;
        this.state = state;
        this.histogram = histogram;
    }

    static LengthEstimates restore(BatchSettings.Prediction prediction, OperatorStateStore store)
            throws Exception {
        ListState<HistogramState> state = store.getUnionListState(STATE);
        List<HistogramState> restored = new ArrayList<>();
        state.get().forEach(restored::add);
        return new LengthEstimates(
                prediction, state, HistogramPredictor.restore(SETTINGS, restored));
    }

    void snapshot() throws Exception {
        state.update(List.of(histogram.state()));
    }

    /**
     * The best estimate there is: what {@code predict} said, unless it left the length open.
     *
     * @param generated tokens that the answer has already
     */
    LengthEstimate of(QueuedRequest request, int generated) {
        LengthEstimate open = LengthEstimate.atMost(request.maxTokens());
        return prediction == BatchSettings.Prediction.HISTOGRAM && request.predicted().equals(open)
                ? histogram.predict(request, generated)
                : request.predicted();
    }

    /** Learns the length of an answer; returns whether what waits is worth estimating anew. */
    boolean learn(QueuedRequest request, int answerTokens) {
        histogram.observe(request, answerTokens);
        learned++;
        if (prediction == BatchSettings.Prediction.UPPER_BOUND || learned < reestimateAt) {
            return false;
        }
        reestimateAt = learned + Math.min(learned, SETTINGS.window());
        return true;
    }
}
