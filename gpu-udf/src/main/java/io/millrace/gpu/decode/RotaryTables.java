package io.millrace.gpu.decode;

import io.millrace.gpu.model.ModelConfig;

/**
 * Cosines and sines of a model's rotary embedding, for every position of its context.
 *
 * @param cosines [positions, half], row-major; not copied
 * @param sines the same
 * @param positions the context's length
 * @param half pairs of dimensions that turn together
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes that go straight to native memory.
public record RotaryTables(float[] cosines, float[] sines, int positions, int half) {

    /** The tables of a model. */
    public static RotaryTables of(ModelConfig config) {
        float[] frequencies = config.rope().inverseFrequencies();
        int half = frequencies.length;
        float[] cosines = new float[config.contextLength() * half];
        float[] sines = new float[cosines.length];
        for (int position = 0; position < config.contextLength(); position++) {
            for (int j = 0; j < half; j++) {
                // In float, as the reference implementations do: the oracle holds their rounding.
                double angle = (float) position * frequencies[j];
                cosines[position * half + j] = (float) Math.cos(angle);
                sines[position * half + j] = (float) Math.sin(angle);
            }
        }
        return new RotaryTables(cosines, sines, config.contextLength(), half);
    }
}
