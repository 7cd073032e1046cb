package io.millrace.operators.generate;

import io.millrace.core.codec.CompletionCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.request.Completion;
import io.millrace.core.request.QueuedRequest;
import io.millrace.operators.batch.BatchOperatorFactory;
import io.millrace.operators.batch.BatchSettings;
import io.millrace.operators.batch.Handover;
import io.millrace.operators.batch.HandoverCodec;
import io.millrace.operators.codec.CodecTypeInfo;
import io.millrace.operators.report.CountResults;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Wires {@code batch} and {@code generate} so that they share a task: keyed by lane, chained, with
 * stable uids. Operator chaining must be on.
 */
@PublicEvolving
public final class GeneratePipeline {

    /** Name and uid of the operator that holds requests. */
    public static final String BATCH = "batch";

    /** Name and uid of the operator that runs the engine. */
    public static final String GENERATE = "generate";

    /** Name and uid of the operator that counts results. */
    public static final String REPORT = "report";

    private GeneratePipeline() {}

    /**
     * Adds both operators, and behind them the one that counts all results of the job.
     *
     * @param routed requests in their lanes
     * @param rejected results of requests that were not admitted
     * @param control goes to every subtask; a bounded job passes its drain source
     * @param engineCount parallelism: one engine each
     * @param maxEngineCount the largest parallelism that a later restart may have; fixed for the
     *     life of the job's state
     * @return one result of every request, rejected ones included
     */
    public static SingleOutputStreamOperator<Completion> generate(
            DataStream<QueuedRequest> routed,
            DataStream<Completion> rejected,
            DataStream<ControlMessage> control,
            BatchSettings settings,
            GenerationEngine.Factory engines,
            int engineCount,
            int maxEngineCount) {
        SingleOutputStreamOperator<Handover> batches =
                routed.keyBy(QueuedRequest::lane, Types.INT)
                        .connect(control.broadcast())
                        .transform(
                                BATCH,
                                CodecTypeInfo.of(new HandoverCodec()),
                                new BatchOperatorFactory(settings))
                        .uid(BATCH)
                        .setParallelism(engineCount)
                        .setMaxParallelism(maxEngineCount);
        SingleOutputStreamOperator<Completion> answers =
                DataStreamUtils.reinterpretAsKeyedStream(
                                batches, GeneratePipeline::neverAsked, Types.INT)
                        .transform(
                                GENERATE,
                                CodecTypeInfo.of(new CompletionCodec()),
                                new GenerateOperatorFactory(engines))
                        .uid(GENERATE)
                        .setParallelism(engineCount)
                        .setMaxParallelism(maxEngineCount);
        return answers.union(rejected)
                .process(new CountResults())
                .name(REPORT)
                .uid(REPORT)
                .setParallelism(engineCount);
    }

    /** {@code generate} sets the key of each request itself. */
    private static Integer neverAsked(Handover handover) {
        throw new UnsupportedOperationException("lane of a " + handover.getClass().getSimpleName());
    }
}
