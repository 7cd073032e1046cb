package io.millrace.gpu.model;

import java.util.List;

/** How a model stretches its rotary frequencies to a longer context. Immutable. */
public sealed interface RopeScaling {

    /** As trained. */
    record None() implements RopeScaling {}

    /**
     * Every frequency divided by the same factor (position interpolation, Chen et al. 2023).
     *
     * @param factor at least 1
     */
    record Linear(double factor) implements RopeScaling {
        public Linear {
            check(factor >= 1, "rope scaling factor", factor, "at least 1");
        }
    }

    /**
     * Llama 3.1 and later: long wavelengths divided by the factor, short ones kept, those between
     * blended. Source: {@code apply_scaling} of meta-llama/llama-models and {@code
     * _compute_llama3_parameters} of transformers.
     *
     * @param lowFrequencyFactor wavelengths above {@code originalContext / lowFrequencyFactor} are
     *     divided
     * @param highFrequencyFactor wavelengths below {@code originalContext / highFrequencyFactor}
     *     are kept
     */
    record Llama3(
            double factor,
            double lowFrequencyFactor,
            double highFrequencyFactor,
            int originalContext)
            implements RopeScaling {
        public Llama3 {
            check(factor >= 1, "rope scaling factor", factor, "at least 1");
            check(lowFrequencyFactor > 0, "low_freq_factor", lowFrequencyFactor, "above 0");
            check(
                    highFrequencyFactor > lowFrequencyFactor,
                    "high_freq_factor",
                    highFrequencyFactor,
                    "above low_freq_factor");
            check(originalContext > 0, "original context", originalContext, "above 0");
        }
    }

    /**
     * One divisor per frequency: how GGUF files carry Llama 3's scaling ({@code
     * rope_freqs.weight}).
     */
    record Divisors(List<Float> divisors) implements RopeScaling {
        public Divisors {
            divisors = List.copyOf(divisors);
            for (float divisor : divisors) {
                check(divisor > 0, "rope frequency divisor", divisor, "above 0");
            }
        }
    }

    private static void check(boolean holds, String name, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + rule + ")");
        }
    }
}
