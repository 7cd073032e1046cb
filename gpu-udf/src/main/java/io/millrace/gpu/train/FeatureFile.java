package io.millrace.gpu.train;

import io.millrace.gpu.program.TorchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Hidden states of many tokens on disk, a row of fixed width for each, in the type that the engine
 * keeps them in, so that nothing is lost. For one thread.
 */
final class FeatureFile implements AutoCloseable {

    private final FileChannel channel;
    private final int width;
    private final TorchType type;

    private FeatureFile(FileChannel channel, int width, TorchType type) {
        this.channel = channel;
        this.width = width;
        this.type = type;
    }

    /** Opens a file that is there, or makes one. */
    static FeatureFile open(Path file, int width, TorchType type) {
        try {
            return new FeatureFile(
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE),
                    width,
                    type);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be opened", e);
        }
    }

    private long rowBytes() {
        return (long) width * type.bytes();
    }

    /** Values per row. */
    int width() {
        return width;
    }

    /** Writes whole rows. */
    void write(long firstRow, float[] values) {
        ByteBuffer bytes = buffer(values.length);
        for (float value : values) {
            if (type == TorchType.BFLOAT16) {
                bytes.putShort(BFloat16.bits(value));
            } else {
                bytes.putFloat(value);
            }
        }
        bytes.flip();
        try {
            long at = firstRow * rowBytes();
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("hidden states cannot be written", e);
        }
    }

    /** Reads whole rows to a place in an array. */
    void read(long firstRow, int rows, float[] target, int at) {
        ByteBuffer bytes = buffer(rows * width);
        try {
            long from = firstRow * rowBytes();
            while (bytes.hasRemaining()) {
                int read = channel.read(bytes, from);
                if (read < 0) {
                    throw new IllegalStateException(
                            "hidden states: row %d is missing (expected: %d rows from %d on)"
                                    .formatted(from / rowBytes(), rows, firstRow));
                }
                from += read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("hidden states cannot be read", e);
        }
        bytes.flip();
        for (int i = 0; i < rows * width; i++) {
            target[at + i] =
                    type == TorchType.BFLOAT16
                            ? BFloat16.value(bytes.getShort())
                            : bytes.getFloat();
        }
    }

    private ByteBuffer buffer(int values) {
        return ByteBuffer.allocate(Math.multiplyExact(values, type.bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("hidden states cannot be written", e);
        }
    }
}
