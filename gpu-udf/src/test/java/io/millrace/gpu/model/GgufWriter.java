package io.millrace.gpu.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes GGUF files, well formed or not. */
final class GgufWriter {

    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private int version = 3;
    private int entries;
    private int alignment = 32;
    private long dataBytes;

    GgufWriter version(int value) {
        version = value;
        return this;
    }

    GgufWriter alignment(int value) {
        alignment = value;
        return integer("general.alignment", value);
    }

    GgufWriter text(String key, String value) {
        return entry(key, 8, string(value));
    }

    GgufWriter integer(String key, int value) {
        return entry(key, 4, buffer(4).putInt(value).array());
    }

    GgufWriter number(String key, float value) {
        return entry(key, 6, buffer(4).putFloat(value).array());
    }

    GgufWriter texts(String key, List<String> values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(buffer(12).putInt(8).putLong(values.size()).array());
        values.forEach(value -> bytes.writeBytes(string(value)));
        return entry(key, 9, bytes.toByteArray());
    }

    GgufWriter entry(String key, int type, byte[] value) {
        metadata.writeBytes(string(key));
        metadata.writeBytes(buffer(4).putInt(type).array());
        metadata.writeBytes(value);
        entries++;
        return this;
    }

    GgufWriter tensor(StoredTensor tensor) {
        long padded = (dataBytes + alignment - 1) / alignment * alignment;
        dataBytes = padded + tensor.bytes().length;
        return tensorAt(tensor, padded);
    }

    GgufWriter tensorAt(StoredTensor tensor, long offset) {
        tensors.add(tensor);
        offsets.add(offset);
        return this;
    }

    Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(buffer(8).putInt(0x4655_4747).putInt(version).array());
        out.writeBytes(buffer(16).putLong(tensors.size()).putLong(entries).array());
        out.writeBytes(metadata.toByteArray());
        for (int i = 0; i < tensors.size(); i++) {
            out.writeBytes(description(tensors.get(i), offsets.get(i)));
        }
        pad(out, alignment);
        int start = out.size();
        for (int i = 0; i < tensors.size(); i++) {
            while (out.size() < start + offsets.get(i)) {
                out.write(0);
            }
            out.writeBytes(tensors.get(i).bytes());
        }
        return out.toByteArray();
    }

    private static byte[] description(StoredTensor tensor, long offset) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int dimensions = tensor.shape().length;
        out.writeBytes(string(tensor.name()));
        out.writeBytes(buffer(4).putInt(dimensions).array());
        for (int i = dimensions - 1; i >= 0; i--) {
            out.writeBytes(buffer(8).putLong(tensor.shape()[i]).array());
        }
        out.writeBytes(buffer(12).putInt(id(tensor.type())).putLong(offset).array());
        return out.toByteArray();
    }

    /** The numbers of ggml.h, written down once more. */
    private static int id(TensorType type) {
        return switch (type) {
            case F32 -> 0;
            case F16 -> 1;
            case Q4_0 -> 2;
            case Q4_1 -> 3;
            case Q8_0 -> 8;
            case I8 -> 24;
            case I32 -> 26;
            case BF16 -> 30;
            default -> throw new IllegalArgumentException(type.name());
        };
    }

    static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return buffer(8 + bytes.length).putLong(bytes.length).put(bytes).array();
    }

    static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void pad(ByteArrayOutputStream out, int alignment) {
        while (out.size() % alignment != 0) {
            out.write(0);
        }
    }
}
