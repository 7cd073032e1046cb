package io.millrace.gpu.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A very small model with random weights, to be written in either format. Head size 8, so that the
 * shapes of all weights differ.
 */
public final class TestCheckpoint {

    private static final long SEED = 5;
    private static final int VOCABULARY = 20;

    final String family;
    final String configJson;
    final Map<WeightRole, List<StoredTensor>> weights = new LinkedHashMap<>();
    private final ModelConfig config;

    /** Of a family, with all biases that it may have and a head of its own. */
    public TestCheckpoint(String family) {
        this.family = family;
        this.configJson =
                """
                {"model_type": "%s", "hidden_size": 12, "intermediate_size": 10, "head_dim": 8,
                 "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
                 "vocab_size": %d, "max_position_embeddings": 64, "rms_norm_eps": 0.5,
                 "rope_theta": 100, "bos_token_id": 1, "eos_token_id": 2,
                 "attention_bias": %s, "mlp_bias": %s}
                """
                        .formatted(
                                family, VOCABULARY, family.equals("llama"), family.equals("llama"));
        JsonFields fields =
                JsonFields.parse(
                        Path.of("config.json"), configJson.getBytes(StandardCharsets.UTF_8));
        this.config = JsonModelConfig.read(fields, ModelFamilies.ofModelType(fields), List.of());
        Random random = new Random(SEED);
        for (WeightRole role : WeightRole.values()) {
            if (present(role)) {
                weights.put(role, tensors(role, random));
            }
        }
    }

    private boolean present(WeightRole role) {
        DecoderTraits traits = config.traits();
        return switch (role) {
            case QUERY_BIAS, KEY_BIAS, VALUE_BIAS -> traits.queryKeyValueBias();
            case OUTPUT_BIAS -> traits.outputBias();
            case GATE_BIAS, UP_BIAS, DOWN_BIAS -> traits.mlpBias();
            case QUERY_NORM, KEY_NORM -> traits.queryKeyNorm();
            default -> true;
        };
    }

    private List<StoredTensor> tensors(WeightRole role, Random random) {
        boolean perLayer = role.nameIn(CheckpointFormat.GGUF, 0).startsWith("blk.");
        List<StoredTensor> tensors = new ArrayList<>();
        for (int layer = 0; layer < (perLayer ? config.layers() : 1); layer++) {
            long[] shape = role.shapeIn(config);
            float[] values = new float[(int) (shape[0] * (shape.length > 1 ? shape[1] : 1))];
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
            }
            String name = role.nameIn(CheckpointFormat.SAFETENSORS, layer);
            tensors.add(StoredTensor.floats(name, values, shape));
        }
        return tensors;
    }

    List<StoredTensor> tensors() {
        List<StoredTensor> all = new ArrayList<>();
        weights.values().forEach(all::addAll);
        return all;
    }

    /** Writes config.json, tokenizer.json and model.safetensors. */
    public Path writeSafetensors(Path directory) throws IOException {
        Files.writeString(directory.resolve("config.json"), configJson);
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors());
        return directory;
    }

    /** The same model as llama.cpp's converter writes it. */
    GgufWriter gguf() {
        String prefix = family + ".";
        GgufWriter writer =
                new GgufWriter()
                        .text("general.architecture", family)
                        .text("general.name", "Tiny " + family)
                        .integer(prefix + "block_count", 2)
                        .integer(prefix + "context_length", 64)
                        .integer(prefix + "embedding_length", 12)
                        .integer(prefix + "feed_forward_length", 10)
                        .integer(prefix + "attention.head_count", 4)
                        .integer(prefix + "attention.head_count_kv", 2)
                        .integer(prefix + "attention.key_length", 8)
                        .integer(prefix + "attention.value_length", 8)
                        .number(prefix + "attention.layer_norm_rms_epsilon", 0.5f)
                        .number(prefix + "rope.freq_base", 100)
                        .texts("tokenizer.ggml.tokens", tokens())
                        .integer("tokenizer.ggml.bos_token_id", 1)
                        .integer("tokenizer.ggml.eos_token_id", 2)
                        .text("tokenizer.chat_template", "from metadata");
        weights.forEach(
                (role, tensors) -> {
                    for (int layer = 0; layer < tensors.size(); layer++) {
                        StoredTensor tensor = tensors.get(layer);
                        writer.tensor(
                                paired(role, tensor)
                                        .named(role.nameIn(CheckpointFormat.GGUF, layer)));
                    }
                });
        return writer;
    }

    private static List<String> tokens() {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < VOCABULARY; i++) {
            tokens.add("<" + i + ">");
        }
        return tokens;
    }

    /** {@code reshape(heads, 2, headDim / 2, columns).swapaxes(1, 2)} on the bytes of the rows. */
    private StoredTensor paired(WeightRole role, StoredTensor tensor) {
        boolean rotated =
                switch (role) {
                    case QUERY, KEY, QUERY_BIAS, KEY_BIAS -> family.equals("llama");
                    default -> false;
                };
        if (!rotated) {
            return tensor;
        }
        int rows = (int) tensor.shape()[0];
        int rowBytes = tensor.bytes().length / rows;
        byte[] bytes = new byte[tensor.bytes().length];
        int to = 0;
        for (int head = 0; head < rows / 8; head++) {
            for (int pair = 0; pair < 4; pair++) {
                for (int half = 0; half < 2; half++) {
                    int from = head * 8 + half * 4 + pair;
                    System.arraycopy(
                            tensor.bytes(), from * rowBytes, bytes, to++ * rowBytes, rowBytes);
                }
            }
        }
        return new StoredTensor(tensor.name(), tensor.type(), tensor.shape(), bytes);
    }
}
