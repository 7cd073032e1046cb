package io.millrace.connectors.arrow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.jspecify.annotations.Nullable;

/** Builds Arrow records for tests: columns first, then batches of all of them. */
final class ArrowStreams implements AutoCloseable {

    private static final DictionaryProvider NONE = new DictionaryProvider.MapDictionaryProvider();

    private final BufferAllocator allocator;
    private final List<FieldVector> columns = new ArrayList<>();
    private int rows;

    ArrowStreams(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    ArrowStreams texts(String name, @Nullable String... values) {
        byte[][] bytes = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            bytes[i] = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        }
        return bytes(name, bytes);
    }

    ArrowStreams bytes(String name, byte[]... values) {
        VarCharVector vector = new VarCharVector(name, allocator);
        return column(
                vector,
                values.length,
                i -> {
                    if (values[i] != null) {
                        vector.setSafe(i, values[i]);
                    }
                });
    }

    ArrowStreams integers(String name, @Nullable Integer... values) {
        IntVector vector = new IntVector(name, allocator);
        return column(
                vector,
                values.length,
                i -> {
                    Integer value = values[i];
                    if (value != null) {
                        vector.setSafe(i, value);
                    }
                });
    }

    ArrowStreams longs(String name, long... values) {
        BigIntVector vector = new BigIntVector(name, allocator);
        return column(vector, values.length, i -> vector.setSafe(i, values[i]));
    }

    ArrowStreams floats(String name, float... values) {
        Float4Vector vector = new Float4Vector(name, allocator);
        return column(vector, values.length, i -> vector.setSafe(i, values[i]));
    }

    ArrowStreams tokens(String name, int[]... values) {
        ListVector vector = ListVector.empty(name, allocator);
        UnionListWriter writer = vector.getWriter();
        return column(
                vector,
                values.length,
                i -> {
                    writer.setPosition(i);
                    writer.startList();
                    for (int token : values[i]) {
                        writer.writeInt(token);
                    }
                    writer.endList();
                });
    }

    private ArrowStreams column(FieldVector vector, int count, IntConsumer set) {
        vector.allocateNew();
        for (int i = 0; i < count; i++) {
            set.accept(i);
        }
        vector.setValueCount(count);
        columns.add(vector);
        rows = count;
        return this;
    }

    byte[] stream() {
        return stream(1);
    }

    byte[] stream(int batches) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArrowWriter writer = new ArrowStreamWriter(root(), NONE, Channels.newChannel(out))) {
            return write(writer, batches, out);
        }
    }

    byte[] compressed(int batches, CodecType compression) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArrowWriter writer =
                new ArrowStreamWriter(
                        root(),
                        NONE,
                        Channels.newChannel(out),
                        IpcOption.DEFAULT,
                        CommonsCompressionFactory.INSTANCE,
                        compression)) {
            return write(writer, batches, out);
        }
    }

    byte[] file(int batches) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArrowWriter writer = new ArrowFileWriter(root(), NONE, Channels.newChannel(out))) {
            return write(writer, batches, out);
        }
    }

    private static byte[] write(ArrowWriter writer, int batches, ByteArrayOutputStream out) {
        try {
            writer.start();
            for (int i = 0; i < batches; i++) {
                writer.writeBatch();
            }
            writer.end();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private VectorSchemaRoot root() {
        return new VectorSchemaRoot(
                columns.stream().map(FieldVector::getField).toList(), columns, rows);
    }

    @Override
    public void close() {
        columns.forEach(FieldVector::close);
    }
}
