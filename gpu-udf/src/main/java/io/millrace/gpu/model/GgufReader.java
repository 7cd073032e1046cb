package io.millrace.gpu.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens GGUF files (versions 2 and 3, little-endian) by their headers: metadata, then tensor
 * descriptions, then the data at the next multiple of {@code general.alignment}. Source: {@code
 * docs/gguf.md} of ggml. Every fault is a {@link ModelFormatException}. Used by one thread.
 */
public final class GgufReader {

    private static final int MAGIC = 0x4655_4747;
    private static final int MAX_TENSORS = 1 << 20;
    private static final int MAX_ENTRIES = 1 << 20;
    private static final int MAX_ELEMENTS = 1 << 24;
    private static final int MAX_DIMENSIONS = 4;
    private static final int DEFAULT_ALIGNMENT = 32;

    private final Path file;
    private final long size;
    private final ByteBuffer in;

    private GgufReader(Path file, long size) {
        this.file = file;
        this.size = size;
        this.in = MappedTensors.map(file, 0, Math.min(size, Integer.MAX_VALUE));
    }

    /** Opens one file. */
    public static GgufFile open(Path file) {
        long size = SafetensorsReader.size(file);
        if (size < 24) {
            throw ModelFormatException.of(file, "size", size, "at least 24 bytes");
        }
        try {
            return new GgufReader(file, size).read();
        } catch (BufferUnderflowException e) {
            throw new ModelFormatException(file, "the header goes beyond the file's end", e);
        }
    }

    private GgufFile read() {
        int magic = in.getInt();
        if (magic != MAGIC) {
            throw ModelFormatException.of(
                    file, "magic", "0x%08x".formatted(magic), "GGUF, 0x%08x".formatted(MAGIC));
        }
        int version = in.getInt();
        if (version != 2 && version != 3) {
            String rule = "2 or 3, little-endian";
            throw ModelFormatException.of(file, "version", Integer.toUnsignedString(version), rule);
        }
        int tensors = count("tensors", MAX_TENSORS);
        int entries = count("metadata entries", MAX_ENTRIES);
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (int i = 0; i < entries; i++) {
            String key = string("key of metadata entry " + i);
            if (metadata.put(key, value(key, in.getInt())) != null) {
                throw new ModelFormatException(file, "metadata " + key + ": twice in the file");
            }
        }
        GgufMetadata fields = new GgufMetadata(file, metadata);
        return new GgufFile(fields, new MappedTensors(file, tensors(tensors, fields)));
    }

    private List<TensorInfo> tensors(int count, GgufMetadata metadata) {
        long alignment = metadata.optionalInteger("general.alignment").orElse(DEFAULT_ALIGNMENT);
        if (alignment < 8 || alignment % 8 != 0) {
            throw metadata.wrong("general.alignment", alignment, "a multiple of 8");
        }
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            TensorInfo tensor = tensor(i);
            if (tensors.put(tensor.name(), tensor) != null) {
                throw new ModelFormatException(
                        file, "tensor " + tensor.name() + ": twice in the file");
            }
        }
        long dataStart = (in.position() + alignment - 1) / alignment * alignment;
        List<TensorInfo> placed = new ArrayList<>();
        for (TensorInfo tensor : tensors.values()) {
            placed.add(place(tensor, dataStart, alignment));
        }
        checkOverlaps(placed);
        return placed;
    }

    private TensorInfo tensor(int index) {
        String name = string("name of tensor " + index);
        int dimensions = in.getInt();
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw ModelFormatException.of(
                    file,
                    "tensor " + name + ": dimensions",
                    Integer.toUnsignedString(dimensions),
                    "1 to " + MAX_DIMENSIONS);
        }
        long[] shape = new long[dimensions];
        for (int i = dimensions - 1; i >= 0; i--) {
            shape[i] = in.getLong();
        }
        int id = in.getInt();
        TensorType type =
                TensorType.ofGguf(id)
                        .orElseThrow(
                                () ->
                                        ModelFormatException.of(
                                                file,
                                                "tensor " + name + ": type",
                                                GgufTypes.name(id),
                                                "one of " + TensorType.readableNames()));
        long bytes = TensorShapes.bytes(file, name, type, shape);
        return new TensorInfo(name, type, shape, file, in.getLong(), bytes);
    }

    private TensorInfo place(TensorInfo tensor, long dataStart, long alignment) {
        long offset = tensor.offset();
        if (offset < 0 || offset % alignment != 0) {
            throw ModelFormatException.of(
                    file,
                    "tensor " + tensor.name() + ": offset",
                    Long.toUnsignedString(offset),
                    "a multiple of " + alignment);
        }
        if (offset > size - dataStart || tensor.bytes() > size - dataStart - offset) {
            throw ModelFormatException.of(
                    file,
                    "tensor " + tensor.name() + ": " + tensor.bytes() + " bytes at offset",
                    offset,
                    "within the %d bytes of data: the file is truncated"
                            .formatted(Math.max(0, size - dataStart)));
        }
        return new TensorInfo(
                tensor.name(),
                tensor.type(),
                tensor.shape(),
                file,
                dataStart + offset,
                tensor.bytes());
    }

    private void checkOverlaps(List<TensorInfo> tensors) {
        List<TensorInfo> sorted = new ArrayList<>(tensors);
        sorted.sort(
                Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::bytes));
        for (int i = 1; i < sorted.size(); i++) {
            TensorInfo before = sorted.get(i - 1);
            if (sorted.get(i).offset() < before.offset() + before.bytes()) {
                throw new ModelFormatException(
                        file,
                        "tensor %s: overlaps tensor %s at offset %d of the file"
                                .formatted(
                                        sorted.get(i).name(),
                                        before.name(),
                                        sorted.get(i).offset()));
            }
        }
    }

    private int count(String what, int limit) {
        long count = in.getLong();
        if (count < 0 || count > limit) {
            throw ModelFormatException.of(
                    file, what, Long.toUnsignedString(count), "at most " + limit);
        }
        return (int) count;
    }

    private String string(String what) {
        long length = in.getLong();
        if (length < 0 || length > in.remaining()) {
            throw ModelFormatException.of(
                    file,
                    what + ": length",
                    Long.toUnsignedString(length),
                    "within the " + in.remaining() + " bytes that follow");
        }
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Object value(String key, int type) {
        if (type != GgufTypes.ARRAY) {
            return scalar(key, type);
        }
        int elementType = in.getInt();
        int length = count("metadata " + key + ": elements", MAX_ELEMENTS);
        List<Object> elements = new ArrayList<>(Math.min(length, in.remaining()));
        for (int i = 0; i < length; i++) {
            elements.add(scalar(key, elementType));
        }
        return elements;
    }

    /** Integers become {@code Long}, floating point {@code Double}. */
    private Object scalar(String key, int type) {
        return switch (type) {
            case 0 -> (long) (in.get() & 0xff);
            case 1 -> (long) in.get();
            case 2 -> (long) (in.getShort() & 0xffff);
            case 3 -> (long) in.getShort();
            case 4 -> in.getInt() & 0xffff_ffffL;
            case 5 -> (long) in.getInt();
            case 6 -> (double) in.getFloat();
            case 7 -> in.get() != 0;
            case 8 -> string("metadata " + key);
            case 10, 11 -> in.getLong();
            case 12 -> in.getDouble();
            default ->
                    throw ModelFormatException.of(
                            file,
                            "metadata " + key + ": value type",
                            Integer.toUnsignedString(type),
                            "0 to 12, arrays not nested");
        };
    }
}
