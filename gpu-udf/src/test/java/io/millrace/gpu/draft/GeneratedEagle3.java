package io.millrace.gpu.draft;

import io.millrace.gpu.model.SafetensorsWriter;
import io.millrace.gpu.model.StoredTensor;
import io.millrace.gpu.model.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** An EAGLE-3 layer for tiny-chat in the published layout, with random weights. */
public final class GeneratedEagle3 {

    /** Words that it scores: every third of the vocabulary. */
    public static final int WORDS = 600;

    private static final int HIDDEN = 160;
    private static final int QUERIES = 160;
    private static final int KEYS = 80;
    private static final int INNER = 384;

    private GeneratedEagle3() {}

    /** Writes one. */
    public static Path write(Path directory, RandomGenerator random) throws IOException {
        return write(directory, tensors(random));
    }

    static Path write(Path directory, List<StoredTensor> tensors) throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                """
                {"architectures": ["LlamaForCausalLMEagle3"], "hidden_size": 160,
                 "intermediate_size": 384, "num_attention_heads": 4, "num_key_value_heads": 2,
                 "head_dim": 40, "vocab_size": 2048, "draft_vocab_size": 600,
                 "rms_norm_eps": 1e-5, "eagle_aux_hidden_state_layer_ids": [1, 2, 3]}
                """);
        SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors);
        return directory;
    }

    static List<StoredTensor> tensors(RandomGenerator random) {
        List<StoredTensor> tensors = new ArrayList<>();
        tensors.add(matrix("fc.weight", random, HIDDEN, 3 * HIDDEN));
        String layer = "midlayer.";
        tensors.add(matrix(layer + "self_attn.q_proj.weight", random, QUERIES, 2 * HIDDEN));
        tensors.add(matrix(layer + "self_attn.k_proj.weight", random, KEYS, 2 * HIDDEN));
        tensors.add(matrix(layer + "self_attn.v_proj.weight", random, KEYS, 2 * HIDDEN));
        tensors.add(matrix(layer + "self_attn.o_proj.weight", random, HIDDEN, QUERIES));
        tensors.add(matrix(layer + "mlp.gate_proj.weight", random, INNER, HIDDEN));
        tensors.add(matrix(layer + "mlp.up_proj.weight", random, INNER, HIDDEN));
        tensors.add(matrix(layer + "mlp.down_proj.weight", random, HIDDEN, INNER));
        for (String norm :
                List.of(
                        layer + "input_layernorm.weight",
                        layer + "hidden_norm.weight",
                        layer + "post_attention_layernorm.weight",
                        "norm.weight")) {
            tensors.add(matrix(norm, random, HIDDEN));
        }
        tensors.add(matrix("lm_head.weight", random, WORDS, HIDDEN));
        ByteBuffer offsets = ByteBuffer.allocate(8 * WORDS).order(ByteOrder.LITTLE_ENDIAN);
        for (int word = 0; word < WORDS; word++) {
            offsets.putLong(2L * word);
        }
        tensors.add(new StoredTensor("d2t", TensorType.I64, new long[] {WORDS}, offsets.array()));
        tensors.add(new StoredTensor("t2d", TensorType.BOOL, new long[] {2048}, new byte[2048]));
        return tensors;
    }

    private static StoredTensor matrix(String name, RandomGenerator random, long... shape) {
        int elements = 1;
        for (long dimension : shape) {
            elements *= (int) dimension;
        }
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] =
                    (float) (random.nextGaussian() / Math.sqrt((double) shape[shape.length - 1]));
        }
        return StoredTensor.floats(name, values, shape);
    }
}
