package io.millrace.gpu.model;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Reads a GGUF file's metadata as a model's configuration. Keys: {@code gguf-py/gguf/constants.py}
 * of llama.cpp.
 */
final class GgufModelConfig {

    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String FREQUENCY_DIVISORS = "rope_freqs.weight";
    private static final double DEFAULT_THETA = 10_000;

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final ModelFamily family;
    private final String architecture;

    private GgufModelConfig(GgufFile file, ModelFamily family) {
        this.file = file;
        this.metadata = file.metadata();
        this.family = family;
        this.architecture = metadata.text("general.architecture").orElseThrow() + ".";
    }

    static ModelConfig read(GgufFile file, ModelFamily family, List<Integer> generationEnds) {
        GgufModelConfig reader = new GgufModelConfig(file, family);
        try {
            return reader.read(generationEnds);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(
                    file.metadata().file(), String.valueOf(e.getMessage()), e);
        }
    }

    private ModelConfig read(List<Integer> generationEnds) {
        int hiddenSize = integer("embedding_length");
        int heads = integer("attention.head_count");
        if (heads < 1) {
            throw metadata.wrong(architecture + "attention.head_count", heads, "at least 1");
        }
        int headDim = optional("attention.key_length").orElse(hiddenSize / heads);
        int valueDim = optional("attention.value_length").orElse(headDim);
        if (valueDim != headDim) {
            throw metadata.wrong(
                    architecture + "attention.value_length", valueDim, headDim + ", as for keys");
        }
        OptionalInt bos = metadata.optionalInteger("tokenizer.ggml.bos_token_id");
        return new ModelConfig(
                family.name(),
                hiddenSize,
                integer("feed_forward_length"),
                integer("block_count"),
                heads,
                optional("attention.head_count_kv").orElse(heads),
                headDim,
                vocabularySize(),
                integer("context_length"),
                metadata.number(architecture + "attention.layer_norm_rms_epsilon"),
                rope(headDim),
                family.traits(file),
                !file.weights()
                        .names()
                        .contains(family.tensorName(WeightRole.HEAD, 0, CheckpointFormat.GGUF)),
                bos.isPresent() ? bos.getAsInt() : null,
                generationEnds.isEmpty() ? ends() : generationEnds);
    }

    private int vocabularySize() {
        OptionalInt named = optional("vocab_size");
        return named.isPresent() ? named.getAsInt() : metadata.length(TOKENS);
    }

    /** llama.cpp ends a generation at any of them. */
    private List<Integer> ends() {
        List<Integer> ends = new ArrayList<>();
        for (String name : List.of("eos", "eot", "eom")) {
            metadata.optionalInteger("tokenizer.ggml." + name + "_token_id")
                    .ifPresent(
                            id -> {
                                if (!ends.contains(id)) {
                                    ends.add(id);
                                }
                            });
        }
        return ends;
    }

    private Rope rope(int headDim) {
        int rotated = optional("rope.dimension_count").orElse(headDim);
        double theta = metadata.number(architecture + "rope.freq_base", DEFAULT_THETA);
        return new Rope(rotated, theta, scaling(rotated));
    }

    private RopeScaling scaling(int dimension) {
        String key = architecture + "rope.scaling.type";
        String type = metadata.text(key).orElse("none");
        if (file.weights().names().contains(FREQUENCY_DIVISORS)) {
            if (!type.equals("none")) {
                throw metadata.wrong(key, type, "none beside tensor " + FREQUENCY_DIVISORS);
            }
            return divisors(dimension);
        }
        return switch (type) {
            case "none" -> new RopeScaling.None();
            case "linear" ->
                    new RopeScaling.Linear(metadata.number(architecture + "rope.scaling.factor"));
            default -> throw metadata.wrong(key, type, "none or linear");
        };
    }

    private RopeScaling divisors(int dimension) {
        TensorInfo info = file.weights().info(FREQUENCY_DIVISORS);
        if (info.elements() != dimension / 2) {
            throw ModelFormatException.of(
                    info.file(),
                    "tensor " + FREQUENCY_DIVISORS,
                    TensorShapes.text(info.type(), info.shape()),
                    dimension / 2 + " values, half the head dimension");
        }
        float[] values = new float[dimension / 2];
        file.weights().readFloats(FREQUENCY_DIVISORS, FloatBuffer.wrap(values));
        List<Float> divisors = new ArrayList<>();
        for (float value : values) {
            divisors.add(value);
        }
        return new RopeScaling.Divisors(divisors);
    }

    private int integer(String key) {
        return metadata.integer(architecture + key);
    }

    private OptionalInt optional(String key) {
        return metadata.optionalInteger(architecture + key);
    }
}
