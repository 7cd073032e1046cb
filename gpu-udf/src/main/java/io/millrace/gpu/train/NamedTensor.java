package io.millrace.gpu.train;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A tensor of a head by its published name.
 *
 * @param shape outermost dimension first
 * @param values row-major; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // On its way between files and native memory.
record NamedTensor(String name, long[] shape, float[] values) {

    /** Zeros, so that what is added to a residual stream adds nothing at first. */
    static NamedTensor zeros(String name, long... shape) {
        return new NamedTensor(name, shape, new float[elements(shape)]);
    }

    static NamedTensor ones(String name, long length) {
        NamedTensor tensor = zeros(name, length);
        Arrays.fill(tensor.values(), 1);
        return tensor;
    }

    /** Normal numbers of standard deviation one over the root of a row's length. */
    static NamedTensor random(String name, SplittableRandom random, long... shape) {
        NamedTensor tensor = zeros(name, shape);
        double deviation = 1 / Math.sqrt((double) shape[shape.length - 1]);
        for (int i = 0; i < tensor.values().length; i++) {
            tensor.values()[i] = (float) (random.nextGaussian() * deviation);
        }
        return tensor;
    }

    /** The same with another square of it: the identity, from a column on. */
    NamedTensor passing(int firstColumn) {
        float[] changed = values.clone();
        int columns = Math.toIntExact(shape[1]);
        int rows = Math.toIntExact(shape[0]);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < rows; column++) {
                changed[row * columns + firstColumn + column] = row == column ? 1 : 0;
            }
        }
        return new NamedTensor(name, shape, changed);
    }

    private static int elements(long[] shape) {
        long elements = 1;
        for (long dimension : shape) {
            elements = Math.multiplyExact(elements, dimension);
        }
        return Math.toIntExact(elements);
    }
}
