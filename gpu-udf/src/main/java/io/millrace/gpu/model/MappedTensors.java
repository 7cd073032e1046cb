package io.millrace.gpu.model;

import static java.util.Collections.unmodifiableMap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tensors in one or more files, mapped into memory while they are read. Mappings end with the
 * buffers onto them. Safe for use by many threads.
 */
final class MappedTensors implements WeightSource {

    /** A mapping holds at most 2 GiB; smaller ones let the kernel drop pages early. */
    private static final long MAX_MAPPED = 256L << 20;

    private final Path location;
    private final Map<String, TensorInfo> tensors;

    /** The tensors have distinct names; the location names the whole in messages. */
    MappedTensors(Path location, Collection<TensorInfo> tensors) {
        this.location = location;
        Map<String, TensorInfo> byName = new LinkedHashMap<>();
        for (TensorInfo tensor : tensors) {
            byName.put(tensor.name(), tensor);
        }
        this.tensors = unmodifiableMap(byName);
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public TensorInfo info(String name) {
        @Nullable TensorInfo tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelFormatException(location, "tensor " + name + ": missing");
        }
        return tensor;
    }

    @Override
    public void readRows(String name, long firstRow, long rows, FloatBuffer target) {
        TensorInfo tensor = info(name);
        if (!tensor.type().readable()) {
            throw ModelFormatException.of(
                    tensor.file(),
                    "tensor " + name + ": type",
                    tensor.type(),
                    "one of " + TensorType.readableNames());
        }
        checkRows(tensor, firstRow, rows);
        if (rows * tensor.rowLength() > target.remaining()) {
            throw new IllegalArgumentException(
                    "target: room for %d values (expected: %d for %d rows of %s)"
                            .formatted(
                                    target.remaining(), rows * tensor.rowLength(), rows, tensor));
        }
        long step = Math.max(1, MAX_MAPPED / Math.max(1, tensor.rowBytes()));
        for (long done = 0; done < rows; done += step) {
            long count = Math.min(step, rows - done);
            Dequantizer.decode(tensor.type(), map(tensor, firstRow + done, count), target);
        }
    }

    @Override
    public ByteBuffer rawRows(String name, long firstRow, long rows) {
        TensorInfo tensor = info(name);
        checkRows(tensor, firstRow, rows);
        return map(tensor, firstRow, rows);
    }

    private static void checkRows(TensorInfo tensor, long firstRow, long rows) {
        if (firstRow < 0 || rows < 0 || firstRow > tensor.rows() - rows) {
            throw new IllegalArgumentException(
                    "rows: %d from %d (expected: within the %d of %s)"
                            .formatted(rows, firstRow, tensor.rows(), tensor));
        }
    }

    private static ByteBuffer map(TensorInfo tensor, long firstRow, long rows) {
        long bytes = rows * tensor.rowBytes();
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "rows: %d of %d bytes each (expected: at most 2 GiB at a time) of %s"
                            .formatted(rows, tensor.rowBytes(), tensor));
        }
        if (bytes == 0) {
            return ByteBuffer.allocate(0).asReadOnlyBuffer();
        }
        return map(tensor.file(), tensor.offset() + firstRow * tensor.rowBytes(), bytes);
    }

    /** Maps a part of a file that is at most 2 GiB long; the mapping outlives the channel. */
    static ByteBuffer map(Path file, long offset, long bytes) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < offset + bytes) {
                throw ModelFormatException.of(
                        file, "size", channel.size(), "at least " + (offset + bytes) + " bytes");
            }
            return channel.map(MapMode.READ_ONLY, offset, bytes).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw ModelFormatException.unreadable(file, e);
        }
    }
}
