package io.millrace.gpu.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;

/** A tensor to write into a test's file. */
public record StoredTensor(String name, TensorType type, long[] shape, byte[] bytes) {

    public static StoredTensor floats(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return new StoredTensor(name, TensorType.F32, shape, bytes.array());
    }

    public static StoredTensor random(
            String name, TensorType type, RandomGenerator random, long... shape) {
        long elements = 1;
        for (long dimension : shape) {
            elements *= dimension;
        }
        byte[] bytes = new byte[(int) (elements / type.blockLength() * type.blockBytes())];
        random.nextBytes(bytes);
        return new StoredTensor(name, type, shape, bytes);
    }

    StoredTensor named(String other) {
        return new StoredTensor(other, type, shape, bytes);
    }
}
