package io.millrace.operators.report;

import io.millrace.core.codec.CompletionCodec;
import io.millrace.core.request.Completion;
import io.millrace.operators.codec.CodecTypeInfo;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts all results of a job, answers and rejections, on their way to the sink. It stands there,
 * and not where results arise, because Flink does not run a task again that had finished before a
 * failure, and forgets what such a task counted: admission ends long before the last answer.
 */
@PublicEvolving
public final class CountResults extends ProcessFunction<Completion, Completion>
        implements CheckpointedFunction, ResultTypeQueryable<Completion> {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("NullAway.Init") // Flink initialises state before any record.
    private transient Figures figures;

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        figures = Figures.restore(context.getOperatorStateStore(), getRuntimeContext());
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        figures.snapshot();
    }

    @Override
    public void processElement(Completion result, Context context, Collector<Completion> out) {
        figures.count(result);
        out.collect(result);
    }

    @Override
    public TypeInformation<Completion> getProducedType() {
        return CodecTypeInfo.of(new CompletionCodec());
    }
}
