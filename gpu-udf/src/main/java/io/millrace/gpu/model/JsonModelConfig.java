package io.millrace.gpu.model;

import java.util.List;
import java.util.Optional;

/**
 * Reads {@code config.json}. Fields that it may lack default as in transformers' {@code
 * configuration_llama.py} and its sisters; an architecture that is not understood is refused by the
 * field that says so.
 */
final class JsonModelConfig {

    private static final double DEFAULT_THETA = 10_000;
    private static final double DEFAULT_EPSILON = 1e-6;

    private final JsonFields fields;
    private final ModelFamily family;

    private JsonModelConfig(JsonFields fields, ModelFamily family) {
        this.fields = fields;
        this.family = family;
    }

    static ModelConfig read(JsonFields fields, ModelFamily family, List<Integer> generationEnds) {
        JsonModelConfig reader = new JsonModelConfig(fields, family);
        try {
            return reader.read(generationEnds);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(fields.file(), String.valueOf(e.getMessage()), e);
        }
    }

    private ModelConfig read(List<Integer> generationEnds) {
        refuseOtherArchitectures();
        int hiddenSize = fields.integer("hidden_size");
        int heads = fields.integer("num_attention_heads");
        if (heads < 1) {
            throw fields.wrong("num_attention_heads", heads, "at least 1");
        }
        int headDim = fields.optionalInteger("head_dim").orElse(hiddenSize / heads);
        List<Integer> begins = fields.integers("bos_token_id");
        List<Integer> ends =
                generationEnds.isEmpty() ? fields.integers("eos_token_id") : generationEnds;
        return new ModelConfig(
                family.name(),
                hiddenSize,
                fields.integer("intermediate_size"),
                fields.integer("num_hidden_layers"),
                heads,
                fields.optionalInteger("num_key_value_heads").orElse(heads),
                headDim,
                fields.integer("vocab_size"),
                fields.integer("max_position_embeddings"),
                fields.number("rms_norm_eps", DEFAULT_EPSILON),
                rope(headDim),
                family.traits(fields),
                fields.flag("tie_word_embeddings", false),
                begins.isEmpty() ? null : begins.get(0),
                ends);
    }

    private void refuseOtherArchitectures() {
        String activation = fields.text("hidden_act").orElse("silu");
        if (!activation.equals("silu") && !activation.equals("swish")) {
            throw fields.wrong("hidden_act", activation, "silu");
        }
        if (fields.has("quantization_config")) {
            throw fields.wrong(
                    "quantization_config",
                    fields.object("quantization_config")
                            .flatMap(quantization -> quantization.text("quant_method"))
                            .orElse("present"),
                    "none: quantised weights are read from GGUF files only");
        }
    }

    /** transformers 5 moved theta and scaling together into {@code rope_parameters}. */
    private Rope rope(int headDim) {
        Optional<JsonFields> parameters = fields.object("rope_parameters");
        parameters.ifPresent(JsonModelConfig::refusePartialRotation);
        refusePartialRotation(fields);
        double theta = fields.number("rope_theta", DEFAULT_THETA);
        RopeScaling scaling =
                parameters
                        .or(() -> fields.object("rope_scaling"))
                        .map(JsonModelConfig::scaling)
                        .orElseGet(RopeScaling.None::new);
        return new Rope(
                headDim,
                parameters.map(rope -> rope.number("rope_theta", theta)).orElse(theta),
                scaling);
    }

    private static void refusePartialRotation(JsonFields rope) {
        double rotated = rope.number("partial_rotary_factor", 1);
        if (rotated != 1) {
            throw rope.wrong("partial_rotary_factor", rotated, "1");
        }
        for (String layers : List.of("full_attention", "sliding_attention")) {
            if (rope.has(layers)) {
                throw rope.wrong(layers, "present", "one set of parameters for all layers");
            }
        }
    }

    private static RopeScaling scaling(JsonFields rope) {
        String type = rope.text("rope_type").or(() -> rope.text("type")).orElse("default");
        return switch (type) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(rope.number("factor"));
            case "llama3" ->
                    new RopeScaling.Llama3(
                            rope.number("factor"),
                            rope.number("low_freq_factor"),
                            rope.number("high_freq_factor"),
                            rope.integer("original_max_position_embeddings"));
            default -> throw rope.wrong("rope_type", type, "default, linear or llama3");
        };
    }
}
