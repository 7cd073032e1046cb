package io.millrace.gpu.draft;

import io.millrace.gpu.model.SafetensorsWriter;
import io.millrace.gpu.model.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A recurrent drafter for tiny-chat in the published layout, with random weights.
 *
 * @param inner width of its blocks
 * @param blocks how many
 * @param recurrent whether its state has matrices
 * @param weights by name: matrices [out, in] row-major, biases
 */
public record GeneratedRecurrent(
        int inner, int blocks, boolean recurrent, Map<String, float[]> weights) {

    /** Of tiny-chat. */
    public static final int HIDDEN = 160;

    /** Of tiny-chat. */
    public static final int WORDS = 2048;

    /** One of that size. */
    public static GeneratedRecurrent of(
            int inner, int blocks, boolean recurrent, RandomGenerator random) {
        GeneratedRecurrent drafter =
                new GeneratedRecurrent(inner, blocks, recurrent, new HashMap<>());
        if (inner != 2 * HIDDEN) {
            drafter.add("input_proj.weight", random, inner * 2 * HIDDEN, 2 * HIDDEN);
            drafter.add("input_proj.bias", random, inner, inner);
        }
        for (int i = 0; i < blocks; i++) {
            drafter.add("lm_head." + i + ".linear.weight", random, inner * inner, inner);
            drafter.add("lm_head." + i + ".linear.bias", random, inner, inner);
        }
        drafter.add("lm_head." + blocks + ".weight", random, WORDS * inner, inner);
        if (recurrent) {
            drafter.add("rnn_w.weight", random, HIDDEN * HIDDEN, HIDDEN);
            drafter.add("rnn_u.weight", random, HIDDEN * HIDDEN, HIDDEN);
            drafter.add("rnn_u.bias", random, HIDDEN, HIDDEN);
        }
        return drafter;
    }

    private void add(String name, RandomGenerator random, int size, int inputs) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (2 * random.nextGaussian() / Math.sqrt(inputs));
        }
        weights.put(name, values);
    }

    /** Writes it. */
    public Path write(Path directory) throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                """
                {"model_type": "recurrent_drafting_drafter", "hidden_size": 160,
                 "vocab_size": 2048, "exit_dim": %d, "num_draft_layers": %d, "rnn": %b}
                """
                        .formatted(inner, blocks, recurrent));
        SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors());
        return directory;
    }

    List<StoredTensor> tensors() {
        List<StoredTensor> tensors = new ArrayList<>();
        weights.forEach(
                (name, values) -> {
                    long rows = rows(name);
                    tensors.add(
                            name.endsWith("bias")
                                    ? StoredTensor.floats(name, values, rows)
                                    : StoredTensor.floats(
                                            name, values, rows, values.length / rows));
                });
        return tensors;
    }

    private long rows(String name) {
        if (name.startsWith("rnn")) {
            return HIDDEN;
        }
        return name.equals("lm_head." + blocks + ".weight") ? WORDS : inner;
    }
}
