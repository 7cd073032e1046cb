package io.millrace.operators.batch;

import io.millrace.core.codec.Codec;
import java.io.DataInput;
import java.io.DataOutput;
import org.apache.flink.annotation.Internal;

/** Refuses to write or read a {@link Handover}, which happens only if the chain was broken. */
@Internal
public final class HandoverCodec implements Codec<Handover> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<Handover> type() {
        return Handover.class;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void write(Handover value, DataOutput out) {
        throw notChained();
    }

    @Override
    public Handover read(int version, DataInput in) {
        throw notChained();
    }

    private static UnsupportedOperationException notChained() {
        return new UnsupportedOperationException(
                "batch and generate: not in one chain (expected: chained, so leave operator"
                        + " chaining on, pipeline.operator-chaining.enabled)");
    }
}
