package io.millrace.operators.codec;

import static java.util.Objects.requireNonNull;

import io.millrace.core.codec.Codec;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** What a checkpoint knows of a {@link CodecSerializer}: the codec's class and version. */
@Internal
public final class CodecSerializerSnapshot<T> implements TypeSerializerSnapshot<T> {

    private @Nullable Codec<T> codec;
    private int codecVersion;

    /** For Flink, which then calls {@link #readSnapshot}. */
    public CodecSerializerSnapshot() {}

    CodecSerializerSnapshot(Codec<T> codec) {
        this.codec = codec;
        this.codecVersion = codec.version();
    }

    @Override
    public int getCurrentVersion() {
        return 1;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeUTF(requireNonNull(codec).getClass().getName());
        out.writeInt(codecVersion);
    }

    @Override
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader classLoader)
            throws IOException {
        String className = in.readUTF();
        codecVersion = in.readInt();
        codec = instantiate(className, classLoader);
    }

    @SuppressWarnings("unchecked") // The class was written by a snapshot of the same type.
    private static <T> Codec<T> instantiate(String className, ClassLoader classLoader)
            throws IOException {
        try {
            return (Codec<T>)
                    Class.forName(className, true, classLoader)
                            .asSubclass(Codec.class)
                            .getConstructor()
                            .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IOException(
                    "codec of the checkpoint: %s (expected: a codec of this release)"
                            .formatted(className),
                    e);
        }
    }

    @Override
    public TypeSerializer<T> restoreSerializer() {
        return new CodecSerializer<>(requireNonNull(codec));
    }

    @Override
    public TypeSerializerSchemaCompatibility<T> resolveSchemaCompatibility(
            TypeSerializerSnapshot<T> old) {
        if (old instanceof CodecSerializerSnapshot<T> that
                && requireNonNull(codec).getClass().equals(requireNonNull(that.codec).getClass())
                && that.codecVersion <= codecVersion) {
            return TypeSerializerSchemaCompatibility.compatibleAsIs();
        }
        return TypeSerializerSchemaCompatibility.incompatible();
    }
}
