package io.millrace.core.simulate;

import static io.millrace.core.internal.Arguments.check;

import java.util.Arrays;
import java.util.List;

/**
 * An engine to simulate: its time, its memory, its limits.
 *
 * @param name for reports
 * @param time of its steps
 * @param kvTokens tokens that its KV cache holds
 * @param maxSequences the most that run together
 * @param tokenBudget the most tokens of a step
 */
public record EngineModel(
        String name, StepTime time, int kvTokens, int maxSequences, int tokenBudget) {

    private static final double BANDWIDTH_SHARE = 0.75;
    private static final double COMPUTE_SHARE = 0.6;
    private static final double MEMORY_SHARE = 0.9;
    private static final int BYTES_PER_VALUE = 2;

    public EngineModel {
        check(kvTokens >= 16, "kvTokens", kvTokens, "at least 16");
        check(maxSequences >= 1, "maxSequences", maxSequences, "at least 1");
        check(tokenBudget >= maxSequences, "tokenBudget", tokenBudget, "at least maxSequences");
    }

    /** The same with other limits. */
    public EngineModel withLimits(int newMaxSequences, int newTokenBudget) {
        return new EngineModel(name, time, kvTokens, newMaxSequences, newTokenBudget);
    }

    /** The same with another KV cache. */
    public EngineModel withKvTokens(int tokens) {
        return new EngineModel(name, time, tokens, maxSequences, tokenBudget);
    }

    /**
     * Requests per second that it can answer for good, if all were of mean lengths: as many run
     * together as memory and limits allow, and each step decodes one token for each and prefills
     * its share of the prompts.
     */
    public double capacity(double meanPrompt, double meanOutput) {
        double context = meanPrompt + meanOutput / 2;
        double together = Math.max(1, Math.min(maxSequences, kvTokens / context));
        double prefill = together * meanPrompt / meanOutput;
        double stepMs =
                time.baseMs()
                        + time.prefillMs() * prefill
                        + together * (time.decodeMs() + time.kvMs() * context);
        return 1000 * together / (meanOutput * stepMs);
    }

    /**
     * Engines made of published figures: bandwidth, dense half-precision arithmetic and memory from
     * NVIDIA's data sheets (A100 80GB SXM: 2,039 GB/s, 312 TFLOPS; H100 SXM: 3,350 GB/s, 989
     * TFLOPS, 80 GB), parameters, layers and hidden size from the Llama 2 paper (2307.09288), of
     * which {@value #BANDWIDTH_SHARE} of the bandwidth and {@value #COMPUTE_SHARE} of the
     * arithmetic are reached and {@value #MEMORY_SHARE} of the memory is used. A step reads the
     * weights once; a token costs 2 operations per parameter; a token of context is read once.
     */
    public enum Preset {
        A100_LLAMA2_7B(2_039, 312, 6.74, 32, 4_096),
        A100_LLAMA2_13B(2_039, 312, 13.02, 40, 5_120),
        H100_LLAMA2_7B(3_350, 989, 6.74, 32, 4_096),
        H100_LLAMA2_13B(3_350, 989, 13.02, 40, 5_120);

        private static final double MEMORY_BYTES = 80e9;

        private final double bytesPerMs;
        private final double operationsPerMs;
        private final double parameters;
        private final double kvBytes;

        Preset(double gigabytes, double teraflops, double billions, int layers, int hidden) {
            this.bytesPerMs = gigabytes * 1e6 * BANDWIDTH_SHARE;
            this.operationsPerMs = teraflops * 1e9 * COMPUTE_SHARE;
            this.parameters = billions * 1e9;
            this.kvBytes = 2.0 * layers * hidden * BYTES_PER_VALUE;
        }

        /** As options name it: {@code a100-llama2-7b}. */
        public String optionName() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        /** The engine, with 256 sequences and 2,048 tokens in a step at most. */
        public EngineModel engine() {
            double weights = parameters * BYTES_PER_VALUE;
            double computeMs = 2 * parameters / operationsPerMs;
            StepTime time =
                    new StepTime(weights / bytesPerMs, computeMs, computeMs, kvBytes / bytesPerMs);
            int tokens = (int) ((MEMORY_BYTES * MEMORY_SHARE - weights) / kvBytes);
            return new EngineModel(optionName(), time, tokens, 256, 2_048);
        }
    }

    /** Names of the presets. */
    public static List<String> presets() {
        return Arrays.stream(Preset.values()).map(Preset::optionName).toList();
    }

    /**
     * The preset of that name.
     *
     * @throws IllegalArgumentException listing those that there are
     */
    public static EngineModel preset(String name) {
        return Arrays.stream(Preset.values())
                .filter(preset -> preset.optionName().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "engine: %s (expected: one of %s)"
                                                .formatted(name, String.join(", ", presets()))))
                .engine();
    }
}
