package io.millrace.gpu.model;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Llama 1 to 3, SmolLM and the many others of that shape, and Mistral, which adds a sliding window
 * to all layers.
 */
final class LlamaFamily implements ModelFamily {

    private static final String MISTRAL = "mistral";

    /** {@code MistralConfig} of transformers. */
    private static final int MISTRAL_WINDOW = 4096;

    @Override
    public String name() {
        return "llama";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("llama", MISTRAL);
    }

    @Override
    public Set<String> ggufArchitectures() {
        return Set.of("llama");
    }

    @Override
    public DecoderTraits traits(JsonFields config) {
        boolean mistral = config.text("model_type").orElse("").equals(MISTRAL);
        boolean attentionBias = config.flag("attention_bias", false);
        return new DecoderTraits(
                attentionBias,
                attentionBias,
                config.flag("mlp_bias", false),
                false,
                mistral ? mistralWindow(config) : null);
    }

    private static @Nullable SlidingWindow mistralWindow(JsonFields config) {
        if (!config.mentions("sliding_window")) {
            return allLayers(MISTRAL_WINDOW, config.integer("num_hidden_layers"));
        }
        return config.has("sliding_window")
                ? allLayers(config.integer("sliding_window"), config.integer("num_hidden_layers"))
                : null;
    }

    @Override
    public DecoderTraits traits(GgufFile file) {
        GgufMetadata metadata = file.metadata();
        if (metadata.optionalInteger("llama.expert_count").orElse(0) > 0) {
            throw metadata.wrong(
                    "llama.expert_count",
                    metadata.integer("llama.expert_count"),
                    "0: mixtures of experts are not supported");
        }
        int window = metadata.optionalInteger("llama.attention.sliding_window").orElse(0);
        return new DecoderTraits(
                holds(file, WeightRole.QUERY_BIAS),
                holds(file, WeightRole.OUTPUT_BIAS),
                holds(file, WeightRole.GATE_BIAS),
                false,
                window > 0 ? allLayers(window, metadata.integer("llama.block_count")) : null);
    }

    private static boolean holds(GgufFile file, WeightRole role) {
        return file.weights().names().contains(role.nameIn(CheckpointFormat.GGUF, 0));
    }

    private static SlidingWindow allLayers(int size, int layers) {
        return new SlidingWindow(
                size, IntStream.range(0, layers).boxed().collect(Collectors.toSet()));
    }

    @Override
    public boolean pairedInGguf() {
        return true;
    }
}
