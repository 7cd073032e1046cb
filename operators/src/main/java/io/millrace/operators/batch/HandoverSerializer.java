package io.millrace.operators.batch;

import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Passes references; refuses to write or read, which happens only if the chain was broken. */
final class HandoverSerializer extends TypeSerializerSingleton<Handover> {

    private static final long serialVersionUID = 1L;

    static final HandoverSerializer INSTANCE = new HandoverSerializer();

    private HandoverSerializer() {}

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    @SuppressWarnings("NullAway") // Flink's contract: null where there is no empty instance.
    public Handover createInstance() {
        return null;
    }

    @Override
    public Handover copy(Handover from) {
        return from;
    }

    @Override
    public Handover copy(Handover from, Handover reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(Handover value, DataOutputView target) {
        throw notChained();
    }

    @Override
    public Handover deserialize(DataInputView source) {
        throw notChained();
    }

    @Override
    public Handover deserialize(Handover reuse, DataInputView source) {
        throw notChained();
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) {
        throw notChained();
    }

    @Override
    public TypeSerializerSnapshot<Handover> snapshotConfiguration() {
        return new Snapshot();
    }

    private static UnsupportedOperationException notChained() {
        return new UnsupportedOperationException(
                "batch and generate: not in one chain (expected: chained, so leave operator"
                        + " chaining on, pipeline.operator-chaining.enabled)");
    }

    /** What a checkpoint would know of it. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<Handover> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
