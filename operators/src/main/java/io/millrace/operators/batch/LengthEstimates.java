package io.millrace.operators.batch;

import io.millrace.core.codec.HistogramStateCodec;
import io.millrace.core.codec.QuantileShiftsCodec;
import io.millrace.core.predict.HistogramPredictor;
import io.millrace.core.predict.HistogramSettings;
import io.millrace.core.predict.HistogramState;
import io.millrace.core.predict.QuantileTracker;
import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QuantileShifts;
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

    private static final ListStateDescriptor<QuantileShifts> CORRECTIONS =
            new ListStateDescriptor<>("corrections", CodecTypeInfo.of(new QuantileShiftsCodec()));

    private final BatchSettings.Prediction prediction;
    private final ListState<HistogramState> state;
    private final ListState<QuantileShifts> corrections;
    private final HistogramPredictor histogram;
    private final QuantileTracker tracker;
    private long learned;
    private long reestimateAt = SETTINGS.minSamples();

    private LengthEstimates(
            BatchSettings.Prediction prediction,
            ListState<HistogramState> state,
            ListState<QuantileShifts> corrections)
            throws Exception {
        this.prediction = prediction;
        this.state = state;
        this.corrections = corrections;
        this.histogram = HistogramPredictor.restore(SETTINGS, all(state));
        this.tracker = new QuantileTracker(QuantileShifts.mean(all(corrections)));
    }

    static LengthEstimates restore(BatchSettings.Prediction prediction, OperatorStateStore store)
            throws Exception {
        return new LengthEstimates(
                prediction, store.getUnionListState(STATE), store.getUnionListState(CORRECTIONS));
    }

    private static <T> List<T> all(ListState<T> state) throws Exception {
        List<T> restored = new ArrayList<>();
        state.get().forEach(restored::add);
        return restored;
    }

    void snapshot() throws Exception {
        state.update(List.of(histogram.state()));
        corrections.update(List.of(tracker.shifts()));
    }

    /**
     * The best estimate there is: what {@code predict} said, unless it left the length open.
     *
     * @param generated tokens that the answer has already
     */
    LengthEstimate of(QueuedRequest request, int generated) {
        return switch (prediction) {
            case UPPER_BOUND -> request.predicted();
            case HISTOGRAM ->
                    isOpen(request) ? histogram.predict(request, generated) : request.predicted();
            case CORRECTED ->
                    isOpen(request)
                            ? histogram.predict(request, generated)
                            : tracker.corrected(request.predicted(), 0, request.maxTokens());
        };
    }

    /** Whether {@code predict} had nothing to say. */
    private static boolean isOpen(QueuedRequest request) {
        return request.predicted().equals(LengthEstimate.atMost(request.maxTokens()));
    }

    /** Learns the length of an answer; returns whether what waits is worth estimating anew. */
    boolean learn(QueuedRequest request, int answerTokens) {
        histogram.observe(request, answerTokens);
        if (prediction == BatchSettings.Prediction.CORRECTED && !isOpen(request)) {
            tracker.observe(request.predicted(), 0, answerTokens, request.maxTokens());
        }
        learned++;
        if (prediction == BatchSettings.Prediction.UPPER_BOUND || learned < reestimateAt) {
            return false;
        }
        reestimateAt = learned + Math.min(learned, SETTINGS.window());
        return true;
    }
}
