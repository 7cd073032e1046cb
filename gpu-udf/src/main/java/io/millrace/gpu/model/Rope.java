package io.millrace.gpu.model;

/**
 * A model's rotary position embedding, in the half-split form: dimension j of a head turns with
 * dimension j + headDim / 2. Immutable.
 *
 * @param dimension the head's, all of which is rotated; even
 * @param theta the base of the frequencies
 */
public record Rope(int dimension, double theta, RopeScaling scaling) {

    public Rope {
        if (dimension < 2 || dimension % 2 != 0) {
            throw new IllegalArgumentException(
                    "head dimension: " + dimension + " (expected: even, at least 2)");
        }
        if (!(theta > 0) || Double.isInfinite(theta)) {
            throw new IllegalArgumentException("rope_theta: " + theta + " (expected: above 0)");
        }
        if (scaling instanceof RopeScaling.Divisors list
                && list.divisors().size() != dimension / 2) {
            throw new IllegalArgumentException(
                    "rope frequency divisors: %d (expected: %d, half the head dimension)"
                            .formatted(list.divisors().size(), dimension / 2));
        }
    }

    /**
     * The angle per position of each of the dimension / 2 rotated pairs: theta^(-2j / dimension)
     * (Su et al. 2021), scaled.
     */
    public float[] inverseFrequencies() {
        float[] result = new float[dimension / 2];
        for (int j = 0; j < result.length; j++) {
            result[j] = (float) scale(j, Math.pow(theta, -2.0 * j / dimension));
        }
        return result;
    }

    private double scale(int index, double frequency) {
        if (scaling instanceof RopeScaling.Linear linear) {
            return frequency / linear.factor();
        }
        if (scaling instanceof RopeScaling.Llama3 llama) {
            return scale(llama, frequency);
        }
        if (scaling instanceof RopeScaling.Divisors list) {
            return frequency / list.divisors().get(index);
        }
        return frequency;
    }

    private static double scale(RopeScaling.Llama3 scaling, double frequency) {
        double turns = scaling.originalContext() * frequency / (2 * Math.PI);
        if (turns < scaling.lowFrequencyFactor()) {
            return frequency / scaling.factor();
        }
        if (turns > scaling.highFrequencyFactor()) {
            return frequency;
        }
        double smooth =
                (turns - scaling.lowFrequencyFactor())
                        / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
        return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
    }
}
