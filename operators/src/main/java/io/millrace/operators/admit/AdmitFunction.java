package io.millrace.operators.admit;

import io.millrace.core.codec.CompletionCodec;
import io.millrace.core.codec.DeadLetterCodec;
import io.millrace.core.codec.QueuedRequestCodec;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.Completion;
import io.millrace.core.request.DeadLetter;
import io.millrace.core.request.InputRecord;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.RequestReader;
import io.millrace.operators.codec.CodecTypeInfo;
import io.millrace.operators.report.Figure;
import io.millrace.operators.report.Figures;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Reads records, checks and tokenises their requests. Good ones go on; bad ones leave as errored
 * results by {@link #REJECTED}, records that nobody can be answered for by {@link #DEAD_LETTERS}.
 * Nothing in a record fails the job; a tokenizer that cannot be loaded does, on opening.
 */
@PublicEvolving
public final class AdmitFunction extends ProcessFunction<InputRecord, QueuedRequest>
        implements CheckpointedFunction, ResultTypeQueryable<QueuedRequest> {

    private static final long serialVersionUID = 1L;

    /** Results of requests that were not admitted. */
    public static final OutputTag<Completion> REJECTED =
            new OutputTag<>("rejected", CodecTypeInfo.of(new CompletionCodec()));

    /** Records that could not be read. */
    public static final OutputTag<DeadLetter> DEAD_LETTERS =
            new OutputTag<>("dead-letters", CodecTypeInfo.of(new DeadLetterCodec()));

    private final RequestReader reader;
    private final PromptEncoder.Factory encoders;
    private final AdmitSettings settings;

    @SuppressWarnings("NullAway.Init") // Flink initialises state before it opens.
    private transient Figures figures;

    private transient AdmitMetrics metrics;
    private transient @Nullable Admitter admitter;

    public AdmitFunction(
            RequestReader reader, PromptEncoder.Factory encoders, AdmitSettings settings) {
        this.reader = reader;
        this.encoders = encoders;
        this.settings = settings;
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
        metrics = new AdmitMetrics(getRuntimeContext().getMetricGroup());
        admitter = new Admitter(reader, encoders.open(), settings);
    }

    @Override
    public void processElement(InputRecord input, Context context, Collector<QueuedRequest> out) {
        if (admitter == null) {
            throw new IllegalStateException("a record before opening");
        }
        long nowMs = context.timerService().currentProcessingTime();
        figures.readAt(nowMs);
        for (Admission admission : admitter.admit(input, nowMs)) {
            if (admission instanceof Admission.Dead dead) {
                figures.add(Figure.DEAD_LETTERS, 1);
                metrics.deadLetter();
                context.output(DEAD_LETTERS, dead.letter());
                continue;
            }
            figures.add(Figure.REQUESTS, 1);
            if (admission instanceof Admission.Accepted accepted) {
                metrics.admitted(accepted.request());
                out.collect(accepted.request());
            } else if (admission instanceof Admission.Rejected rejected) {
                metrics.rejected(rejected.completion());
                context.output(REJECTED, rejected.completion());
            }
        }
    }

    @Override
    public void close() {
        if (admitter != null) {
            admitter.close();
            admitter = null;
        }
    }

    @Override
    public TypeInformation<QueuedRequest> getProducedType() {
        return CodecTypeInfo.of(new QueuedRequestCodec());
    }
}
