package io.millrace.operators.track;

import io.millrace.core.codec.BatchUpdateCodec;
import io.millrace.core.codec.CompletionCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchUpdate;
import io.millrace.core.request.Completion;
import io.millrace.operators.codec.CodecTypeInfo;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/**
 * Wires {@code track}: results of batches and messages about them, both keyed by batch. What writes
 * the results to files must follow at the same parallelism, so that it is chained: then the barrier
 * of a checkpoint passes counting and writing at the same place.
 */
@PublicEvolving
public final class TrackPipeline {

    /** Name and uid of the operator. */
    public static final String TRACK = "track";

    /** What is published of batches. */
    public static final OutputTag<BatchUpdate> UPDATES =
            new OutputTag<>("updates", CodecTypeInfo.of(new BatchUpdateCodec()));

    private TrackPipeline() {}

    /**
     * Adds the operator.
     *
     * @param results of all requests; those that are in no batch are left out, and so are those
     *     whose batch has an id that no batch can have
     * @param files removed when a batch is archived or deleted
     * @return the results of batches
     */
    public static SingleOutputStreamOperator<Completion> track(
            DataStream<Completion> results,
            DataStream<ControlMessage> control,
            TrackSettings settings,
            ResultFiles files) {
        return results.filter(TrackPipeline::isInBatch)
                .name("in-batch")
                .uid("in-batch")
                .keyBy(TrackPipeline::batch, Types.STRING)
                .connect(
                        control.filter(TrackPipeline::isOfBatch)
                                .name("of-batch")
                                .uid("of-batch")
                                .keyBy(TrackPipeline::batch, Types.STRING))
                .transform(
                        TRACK,
                        CodecTypeInfo.of(new CompletionCodec()),
                        new TrackOperatorFactory(
                                settings, files, TrackOperatorFactory.RemoverFactory::ofOneThread))
                .uid(TRACK);
    }

    private static boolean isInBatch(Completion result) {
        return result.batch() != null && BatchManifest.isId(result.batch());
    }

    private static boolean isOfBatch(ControlMessage message) {
        return message instanceof ControlMessage.OfBatch of && BatchManifest.isId(of.batch());
    }

    static String batch(Completion result) {
        if (result.batch() == null) {
            throw new IllegalArgumentException("batch: none (expected: a result of a batch)");
        }
        return result.batch();
    }

    static String batch(ControlMessage message) {
        return ((ControlMessage.OfBatch) message).batch();
    }
}
