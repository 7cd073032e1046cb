package io.millrace.operators.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.codec.Codec;
import io.millrace.core.codec.ControlMessageCodec;
import io.millrace.core.codec.ProgressCodec;
import io.millrace.core.control.ControlMessage;
import io.millrace.core.engine.Progress;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class CodecSerializerTest {

    private static final Progress PROGRESS = new Progress(new int[] {1, 2}, List.of(), 3, 4);

    private final TypeSerializer<Progress> serializer =
            CodecTypeInfo.of(new ProgressCodec()).createSerializer(new SerializerConfigImpl());

    @Test
    void valuesFollowEachOtherAndAreCopiedBetweenViews() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(PROGRESS, out);
        serializer.serialize(Progress.NONE, out);

        DataOutputSerializer copy = new DataOutputSerializer(64);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
        serializer.copy(in, copy);
        serializer.copy(in, copy);

        DataInputDeserializer copied = new DataInputDeserializer(copy.getCopyOfBuffer());
        assertThat(serializer.deserialize(copied)).isEqualTo(PROGRESS);
        assertThat(serializer.deserialize(copied)).isEqualTo(Progress.NONE);
        assertThat(copied.available()).isZero();
    }

    @Test
    void survivesJavaSerialisationAsFlinkShipsIt() throws Exception {
        assertThat(InstantiationUtil.clone(serializer)).isEqualTo(serializer);
        assertThat(InstantiationUtil.clone(CodecTypeInfo.of(new ProgressCodec())))
                .isEqualTo(CodecTypeInfo.of(new ProgressCodec()))
                .hasSameHashCodeAs(CodecTypeInfo.of(new ProgressCodec()));
    }

    @Test
    void snapshotRestoresASerializerThatReadsTheState() throws IOException {
        DataOutputSerializer state = new DataOutputSerializer(64);
        serializer.serialize(PROGRESS, state);

        TypeSerializerSnapshot<Progress> restored = restore(serializer.snapshotConfiguration());

        assertThat(
                        restored.restoreSerializer()
                                .deserialize(new DataInputDeserializer(state.getCopyOfBuffer())))
                .isEqualTo(PROGRESS);
        assertThat(
                        serializer
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(restored)
                                .isCompatibleAsIs())
                .isTrue();
    }

    @Test
    void olderStateIsReadAsIsAndNewerStateIsRefused() throws IOException {
        TypeSerializer<Progress> next = new CodecSerializer<>(new NextProgressCodec(2));
        TypeSerializer<Progress> afterNext = new CodecSerializer<>(new NextProgressCodec(3));

        assertThat(
                        afterNext
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(next.snapshotConfiguration())
                                .isCompatibleAsIs())
                .isTrue();
        assertThat(
                        next.snapshotConfiguration()
                                .resolveSchemaCompatibility(afterNext.snapshotConfiguration())
                                .isIncompatible())
                .isTrue();
    }

    @Test
    void stateOfAnotherTypeIsIncompatible() {
        TypeSerializerSnapshot<?> other =
                new CodecSerializer<ControlMessage>(new ControlMessageCodec())
                        .snapshotConfiguration();

        @SuppressWarnings("unchecked")
        TypeSerializerSnapshot<Progress> wrong = (TypeSerializerSnapshot<Progress>) other;
        assertThat(
                        serializer
                                .snapshotConfiguration()
                                .resolveSchemaCompatibility(wrong)
                                .isIncompatible())
                .isTrue();
    }

    @Test
    void codecThatIsGoneIsNamed() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        out.writeUTF("io.millrace.core.codec.GoneCodec");
        out.writeInt(1);
        DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());

        assertThatThrownBy(
                        () ->
                                new CodecSerializerSnapshot<Progress>()
                                        .readSnapshot(1, in, getClass().getClassLoader()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("GoneCodec");
    }

    private static <T> TypeSerializerSnapshot<T> restore(TypeSerializerSnapshot<T> snapshot)
            throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, snapshot);
        return TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()),
                CodecSerializerTest.class.getClassLoader());
    }

    /** The codec as a later release might have it. */
    private record NextProgressCodec(int version) implements Codec<Progress> {
        @Override
        public Class<Progress> type() {
            return Progress.class;
        }

        @Override
        public void write(Progress value, DataOutput out) throws IOException {
            new ProgressCodec().write(value, out);
        }

        @Override
        public Progress read(int writtenVersion, DataInput in) throws IOException {
            return new ProgressCodec().read(writtenVersion, in);
        }
    }
}
