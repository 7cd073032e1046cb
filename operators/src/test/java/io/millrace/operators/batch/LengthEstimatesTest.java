package io.millrace.operators.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.batch.BatchSettings.Prediction;
import io.millrace.operators.testing.Requests;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.junit.jupiter.api.Test;

class LengthEstimatesTest {

    private static final int LIMIT = 10_000;
    private static final QueuedRequest PREDICTED =
            Requests.request("key", 0, LIMIT, 1).withPredicted(new LengthEstimate(50, 100));
    private static final QueuedRequest OPEN = Requests.request("key", 0, LIMIT, 1);

    private final Store store = new Store();

    @Test
    void leavesPredictionsAloneUnlessTheyAreToBeCorrected() throws Exception {
        LengthEstimates estimates = LengthEstimates.restore(Prediction.HISTOGRAM, store);
        answer(estimates, 200);
        assertThat(estimates.of(PREDICTED, 0)).isEqualTo(PREDICTED.predicted());
    }

    @Test
    void correctsPredictionsByTheAnswersThatEnd() throws Exception {
        LengthEstimates estimates = LengthEstimates.restore(Prediction.CORRECTED, store);
        assertThat(estimates.of(PREDICTED, 0)).isEqualTo(PREDICTED.predicted());
        answer(estimates, 200);
        assertThat(estimates.of(PREDICTED, 0).median()).isBetween(190, 211);
        assertThat(estimates.of(PREDICTED, 0).upper()).isBetween(195, 211);
    }

    @Test
    void correctsTheSameAfterARestart() throws Exception {
        LengthEstimates before = LengthEstimates.restore(Prediction.CORRECTED, store);
        answer(before, 200);
        before.snapshot();
        LengthEstimates after = LengthEstimates.restore(Prediction.CORRECTED, store);
        assertThat(after.of(PREDICTED, 0)).isEqualTo(before.of(PREDICTED, 0));
    }

    @Test
    void takesTheLengthsSeenWhereNothingIsPredicted() throws Exception {
        LengthEstimates estimates = LengthEstimates.restore(Prediction.CORRECTED, store);
        answer(estimates, 200);
        assertThat(estimates.of(OPEN, 0)).isEqualTo(new LengthEstimate(200, 200));
    }

    private static void answer(LengthEstimates estimates, int tokens) {
        for (int i = 0; i < 500; i++) {
            estimates.learn(PREDICTED, tokens);
        }
    }

    /** Operator state in memory. */
    private static final class Store implements OperatorStateStore {
        private final Map<String, Values<?>> lists = new HashMap<>();

        @Override
        @SuppressWarnings("unchecked") // A name has one type.
        public <S> ListState<S> getUnionListState(ListStateDescriptor<S> descriptor) {
            return (ListState<S>)
                    lists.computeIfAbsent(descriptor.getName(), name -> new Values<S>());
        }

        @Override
        public <S> ListState<S> getListState(ListStateDescriptor<S> descriptor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <K, V> BroadcastState<K, V> getBroadcastState(MapStateDescriptor<K, V> descriptor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <K, V> BroadcastState<K, V> getBroadcastState(
                org.apache.flink.api.common.state.v2.MapStateDescriptor<K, V> descriptor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <S> org.apache.flink.api.common.state.v2.ListState<S> getListState(
                org.apache.flink.api.common.state.v2.ListStateDescriptor<S> descriptor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <S> org.apache.flink.api.common.state.v2.ListState<S> getUnionListState(
                org.apache.flink.api.common.state.v2.ListStateDescriptor<S> descriptor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<String> getRegisteredStateNames() {
            return lists.keySet();
        }

        @Override
        public Set<String> getRegisteredBroadcastStateNames() {
            return Set.of();
        }
    }

    private static final class Values<T> implements ListState<T> {
        private final List<T> values = new ArrayList<>();

        @Override
        public void update(List<T> newValues) {
            values.clear();
            values.addAll(newValues);
        }

        @Override
        public void addAll(List<T> more) {
            values.addAll(more);
        }

        @Override
        public void add(T value) {
            values.add(value);
        }

        @Override
        public Iterable<T> get() {
            return List.copyOf(values);
        }

        @Override
        public void clear() {
            values.clear();
        }
    }
}
