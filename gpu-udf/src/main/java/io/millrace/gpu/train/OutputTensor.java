package io.millrace.gpu.train;

import io.millrace.gpu.model.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tensor to be written to a file.
 *
 * @param bytes little-endian, row-major; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // On its way from memory to a file.
record OutputTensor(String name, TensorType type, long[] shape, byte[] bytes) {

    static OutputTensor floats(String name, float[] values, long... shape) {
        byte[] bytes = new byte[values.length * Float.BYTES];
        littleEndian(bytes).asFloatBuffer().put(values);
        return new OutputTensor(name, TensorType.F32, shape, bytes);
    }

    /** Rounded to the nearest, ties to even, as libtorch does. */
    static OutputTensor bfloats(String name, float[] values, long... shape) {
        byte[] bytes = new byte[values.length * Short.BYTES];
        ByteBuffer buffer = littleEndian(bytes);
        for (float value : values) {
            buffer.putShort(BFloat16.bits(value));
        }
        return new OutputTensor(name, TensorType.BF16, shape, bytes);
    }

    static OutputTensor longs(String name, long[] values) {
        byte[] bytes = new byte[values.length * Long.BYTES];
        littleEndian(bytes).asLongBuffer().put(values);
        return new OutputTensor(name, TensorType.I64, new long[] {values.length}, bytes);
    }

    static OutputTensor flags(String name, boolean[] values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return new OutputTensor(name, TensorType.BOOL, new long[] {values.length}, bytes);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
