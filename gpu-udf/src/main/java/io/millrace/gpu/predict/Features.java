package io.millrace.gpu.predict;

/**
 * Puts together what a network looks at: a vector, and how long prompt and answer are, on
 * logarithmic scales. Stateless.
 */
final class Features {

    private static final int LENGTHS = 2;

    private Features() {}

    /** How many there are for a vector of so many values. */
    static int count(int vector) {
        return vector + LENGTHS;
    }

    /** The features of an answer of which {@code generated} tokens are known. */
    static float[] of(float[] vector, int promptTokens, int generated) {
        float[] features = new float[count(vector.length)];
        System.arraycopy(vector, 0, features, 0, vector.length);
        features[vector.length] = (float) Math.log1p(promptTokens);
        features[vector.length + 1] = (float) Math.log1p(generated);
        return features;
    }
}
