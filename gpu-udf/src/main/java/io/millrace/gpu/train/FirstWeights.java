package io.millrace.gpu.train;

import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.Weight;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What heads begin with: heads that are given, or such that guess what the model's own head says of
 * the feature that they see, since whatever they add is zero. Names and shapes are those of the
 * published layouts, in the order in which the training programs take them.
 */
final class FirstWeights {

    private final ModelDirectory model;
    private final ModelConfig config;
    private final SplittableRandom random;

    private FirstWeights(ModelDirectory model, long seed) {
        this.model = model;
        this.config = model.config();
        this.random = new SplittableRandom(seed);
    }

    static List<NamedTensor> of(ModelDirectory model, TrainingSettings settings, int[] words) {
        FirstWeights first = new FirstWeights(model, settings.seed());
        List<NamedTensor> tensors =
                switch (settings.kind()) {
                    case MEDUSA -> first.medusa(settings.depth(), words);
                    case EAGLE -> first.eagle();
                    case EAGLE3 -> first.eagle3(words);
                };
        return settings.from() == null
                ? tensors
                : GivenWeights.open(Path.of(settings.from()), settings.kind(), model)
                        .over(tensors, words);
    }

    private List<NamedTensor> medusa(int heads, int[] words) {
        int hidden = config.hiddenSize();
        float[] own = rows(model.weights().head(), words);
        long[] shape = {words.length, hidden};
        List<NamedTensor> tensors = new ArrayList<>();
        for (int head = 0; head < heads; head++) {
            tensors.add(NamedTensor.zeros(head + ".0.linear.weight", hidden, hidden));
            tensors.add(NamedTensor.zeros(head + ".0.linear.bias", hidden));
            tensors.add(new NamedTensor(head + ".1.weight", shape, own));
        }
        return tensors;
    }

    private List<NamedTensor> eagle() {
        int hidden = config.hiddenSize();
        List<NamedTensor> tensors = new ArrayList<>();
        NamedTensor fusion = NamedTensor.random("fc.weight", random, hidden, 2L * hidden);
        tensors.add(fusion.passing(hidden));
        layer("layers.0.", hidden, tensors);
        tensors.add(NamedTensor.zeros("fc.bias", hidden));
        return tensors;
    }

    private List<NamedTensor> eagle3(int[] words) {
        int hidden = config.hiddenSize();
        List<NamedTensor> tensors = new ArrayList<>();
        NamedTensor fusion = NamedTensor.random("fc.weight", random, hidden, 3L * hidden);
        tensors.add(fusion.passing(2 * hidden));
        layer("midlayer.", 2 * hidden, tensors);
        tensors.add(NamedTensor.ones("midlayer.input_layernorm.weight", hidden));
        tensors.add(NamedTensor.ones("midlayer.hidden_norm.weight", hidden));
        FloatBuffer norm = FloatBuffer.allocate(hidden);
        model.weights().finalNorm().readFloats(norm);
        tensors.add(new NamedTensor("norm.weight", new long[] {hidden}, norm.array()));
        long[] shape = {words.length, hidden};
        tensors.add(new NamedTensor("lm_head.weight", shape, rows(model.weights().head(), words)));
        return tensors;
    }

    private void layer(String prefix, int attended, List<NamedTensor> tensors) {
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        String attention = prefix + "self_attn.";
        String mlp = prefix + "mlp.";
        tensors.add(random(attention + "q_proj.weight", config.querySize(), attended));
        tensors.add(random(attention + "k_proj.weight", config.kvSize(), attended));
        tensors.add(random(attention + "v_proj.weight", config.kvSize(), attended));
        tensors.add(NamedTensor.zeros(attention + "o_proj.weight", hidden, config.querySize()));
        tensors.add(random(mlp + "gate_proj.weight", inner, hidden));
        tensors.add(random(mlp + "up_proj.weight", inner, hidden));
        tensors.add(NamedTensor.zeros(mlp + "down_proj.weight", hidden, inner));
        tensors.add(NamedTensor.ones(prefix + "post_attention_layernorm.weight", hidden));
    }

    private NamedTensor random(String name, long... shape) {
        return NamedTensor.random(name, random, shape);
    }

    private static float[] rows(Weight head, int[] words) {
        FloatBuffer values =
                FloatBuffer.allocate(
                        Math.multiplyExact(words.length, Math.toIntExact(head.shape()[1])));
        for (int word : words) {
            head.readRows(word, 1, values);
        }
        return values.array();
    }
}
