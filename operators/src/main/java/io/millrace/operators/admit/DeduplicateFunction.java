package io.millrace.operators.admit;

import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Figures;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/**
 * Drops a request whose id was seen within a window, for producers that may send one twice. Runs on
 * a stream keyed by the client's id; an id is forgotten a window after it was first seen.
 */
@PublicEvolving
public final class DeduplicateFunction extends RichFilterFunction<QueuedRequest>
        implements CheckpointedFunction {

    private static final long serialVersionUID = 1L;

    /** Metric: requests that were dropped. */
    public static final String DUPLICATES_DROPPED = "duplicatesDropped";

    private final Duration window;

    @SuppressWarnings("NullAway.Init") // Flink initialises state before it opens.
    private transient Figures figures;

    private transient Counter dropped;
    private transient ValueState<String> firstKey;

    public DeduplicateFunction(Duration window) {
        this.window = window;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        figures = Figures.restore(context.getOperatorStateStore(), getRuntimeContext());
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        figures.snapshot();
    }

    @Override
    public void open(OpenContext context) {
        dropped = getRuntimeContext().getMetricGroup().counter(DUPLICATES_DROPPED);
        ValueStateDescriptor<String> descriptor =
                new ValueStateDescriptor<>("first-key", Types.STRING);
        descriptor.enableTimeToLive(
                StateTtlConfig.newBuilder(window)
                        .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
                        .setStateVisibility(StateTtlConfig.StateVisibility.NeverReturnExpired)
                        .build());
        firstKey = getRuntimeContext().getState(descriptor);
    }

    @Override
    public boolean filter(QueuedRequest request) throws Exception {
        String first = firstKey.value();
        if (first == null) {
            firstKey.update(request.key());
            return true;
        }
        if (first.equals(request.key())) {
            return true;
        }
        dropped.inc();
        figures.add(Figure.DUPLICATES, 1);
        return false;
    }
}
