package io.millrace.gpu.draft;

import io.millrace.gpu.cache.KvShape;
import io.millrace.gpu.decode.RotaryTables;
import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.model.Checkpoint;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.TorchType;
import java.nio.file.Path;
import java.util.List;

/**
 * An EAGLE draft layer in the published layouts, told apart by their tensors.
 *
 * <ul>
 *   <li>EAGLE-1 and 2: {@code fc.*} over embedding and feature, {@code layers.0.*} without an input
 *       norm; the model's own head.
 *   <li>EAGLE-3: {@code fc.weight} over three hidden states, {@code midlayer.*} with norms of
 *       embedding and feature, {@code norm.weight}, {@code lm_head.weight} over a reduced
 *       vocabulary, {@code d2t} (a word's offset to its id).
 * </ul>
 */
final class EagleCheckpoint implements DraftCheckpoint {

    private static final String EMBEDDING = "embed_tokens.weight";
    private static final List<String> FILES = List.of("model.safetensors");

    private final SpeculationSettings settings;
    private final ModelDirectory target;
    private final Checkpoint files;
    private final boolean third;
    private final String layer;
    private final int hidden;
    private final int heads;
    private final int kvHeads;
    private final int headDim;
    private final int querySize;
    private final int kvSize;
    private final int intermediate;
    private final List<Integer> taps;
    private final DraftVocabulary vocabulary;

    private EagleCheckpoint(SpeculationSettings settings, ModelDirectory target, Checkpoint files) {
        ModelConfig model = target.config();
        this.settings = settings;
        this.target = target;
        this.files = files;
        this.third = files.has("midlayer.self_attn.q_proj.weight");
        this.layer = third ? "midlayer." : "layers.0.";
        files.require("hidden_size", model.hiddenSize(), "as in " + target.name());
        files.require("vocab_size", model.vocabularySize(), "as in " + target.name());
        this.hidden = model.hiddenSize();
        this.heads = files.integer("num_attention_heads");
        this.kvHeads = files.integer("num_key_value_heads", heads);
        this.headDim = files.integer("head_dim", hidden / heads);
        if (headDim != model.headDim()) {
            throw files.wrongField(
                    "head_dim", headDim, model.headDim() + ": the rotary embedding is the model's");
        }
        this.querySize = heads * headDim;
        this.kvSize = kvHeads * headDim;
        this.intermediate = files.integer("intermediate_size");
        this.taps = third ? taps(model.layers()) : List.of();
        this.vocabulary = third ? reduced() : mostFrequent();
        check();
    }

    static DraftCheckpoint open(SpeculationSettings settings, ModelDirectory target) {
        Path directory = settings.requireDraft();
        return new EagleCheckpoint(settings, target, Checkpoint.open(directory, FILES));
    }

    /** Whether a directory holds an EAGLE layer. */
    static boolean isIn(Path directory) {
        return Checkpoint.holds(directory, FILES, "fc.weight");
    }

    /** A low, a middle and a high layer, as in the published EAGLE-3 code. */
    private List<Integer> taps(int layers) {
        List<Integer> stated = files.integers("eagle_aux_hidden_state_layer_ids");
        List<Integer> chosen = stated.isEmpty() ? List.of(2, layers / 2, layers - 3) : stated;
        for (int i = 0; i < chosen.size(); i++) {
            int least = i == 0 ? 0 : chosen.get(i - 1) + 1;
            if (chosen.get(i) < least || chosen.get(i) >= layers) {
                throw files.wrongField(
                        "eagle_aux_hidden_state_layer_ids",
                        chosen,
                        "ascending layers of the %d that %s has".formatted(layers, target.name()));
            }
        }
        return chosen;
    }

    private DraftVocabulary mostFrequent() {
        return DraftVocabulary.mostFrequent(
                files.directory(), settings.vocabulary(), target.config().vocabularySize());
    }

    private DraftVocabulary reduced() {
        int words = Math.toIntExact(files.shape("lm_head.weight")[0]);
        int all = target.config().vocabularySize();
        if (!files.has("d2t")) {
            if (words != all) {
                throw files.wrong("lm_head.weight", "rows", words, all + ", or a tensor d2t");
            }
            return DraftVocabulary.whole(all);
        }
        long[] offsets = files.tensorIntegers("d2t");
        if (offsets.length != words) {
            throw files.wrong("d2t", "length", offsets.length, "as lm_head.weight, " + words);
        }
        int[] ids = new int[words];
        for (int word = 0; word < words; word++) {
            long id = word + offsets[word];
            if (id < 0 || id >= all) {
                throw files.wrong("d2t", "id of word " + word, id, "below " + all);
            }
            ids[word] = (int) id;
        }
        return DraftVocabulary.of(ids);
    }

    // Before the model is loaded: a draft that does not fit should not cost minutes.
    private void check() {
        int columns = attentionColumns();
        files.require("fc.weight", hidden, fusionColumns());
        require("self_attn.q_proj.weight", querySize, columns);
        require("self_attn.k_proj.weight", kvSize, columns);
        require("self_attn.v_proj.weight", kvSize, columns);
        require("self_attn.o_proj.weight", hidden, querySize);
        require("mlp.gate_proj.weight", intermediate, hidden);
        require("mlp.up_proj.weight", intermediate, hidden);
        require("mlp.down_proj.weight", hidden, intermediate);
        require("post_attention_layernorm.weight", hidden);
        if (files.has("fc.bias")) {
            files.require("fc.bias", hidden);
        }
        if (files.has(EMBEDDING)) {
            files.require(EMBEDDING, target.config().vocabularySize(), hidden);
        }
        if (third) {
            require("input_layernorm.weight", hidden);
            require("hidden_norm.weight", hidden);
            files.require("norm.weight", hidden);
            files.require("lm_head.weight", vocabulary.size(), hidden);
        }
    }

    private void require(String name, long... shape) {
        files.require(layer + name, shape);
    }

    private float[] fusion() {
        return files.floats("fc.weight", hidden, fusionColumns());
    }

    private int fusionColumns() {
        return third ? taps.size() * hidden : 2 * hidden;
    }

    private int attentionColumns() {
        return third ? 2 * hidden : hidden;
    }

    private float[] attention() {
        int columns = attentionColumns();
        return stacked(
                floats("self_attn.q_proj.weight", querySize, columns),
                floats("self_attn.k_proj.weight", kvSize, columns),
                floats("self_attn.v_proj.weight", kvSize, columns));
    }

    private float[] mlp() {
        return stacked(
                floats("mlp.gate_proj.weight", intermediate, hidden),
                floats("mlp.up_proj.weight", intermediate, hidden));
    }

    private float[] floats(String name, long... shape) {
        return files.floats(layer + name, shape);
    }

    private static float[] stacked(float[]... parts) {
        int length = 0;
        for (float[] part : parts) {
            length += part.length;
        }
        float[] all = new float[length];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    @Override
    public TargetFeatures features() {
        return third ? TargetFeatures.of(taps) : TargetFeatures.FINAL;
    }

    @Override
    public long bytesPerBlock(int blockTokens, TorchType type) {
        return kv(blockTokens, type).bytesPerBlock();
    }

    private KvShape kv(int blockTokens, TorchType type) {
        return new KvShape(1, kvHeads, headDim, blockTokens, type);
    }

    @Override
    public Drafter load(DraftContext context) {
        Program program = context.format().load("Eagle", context.manager());
        DraftMatrices weights = new DraftMatrices(program, context.manager());
        addVectors(weights, context);
        weights.matrix(fusion(), hidden, fusionColumns());
        weights.matrix(attention(), querySize + 2 * kvSize, attentionColumns());
        weights.matrix(floats("self_attn.o_proj.weight", hidden, querySize), hidden, querySize);
        weights.matrix(mlp(), 2 * intermediate, hidden);
        weights.matrix(floats("mlp.down_proj.weight", hidden, intermediate), hidden, intermediate);
        if (third) {
            weights.matrix(
                    files.floats("lm_head.weight", vocabulary.size(), hidden),
                    vocabulary.size(),
                    hidden);
        } else {
            weights.rows(target.weights().head(), vocabulary);
        }
        KvShape kv = kv(context.blockTokens(), context.format().kvType());
        EagleLayer eagle =
                new EagleLayer(
                        context,
                        program,
                        weights,
                        kv,
                        new EagleLayer.Dimensions(heads, kvHeads, headDim, third),
                        files.number("rms_norm_eps", 1e-6),
                        vocabulary);
        return new EagleDrafter(settings, eagle);
    }

    private void addVectors(DraftMatrices weights, DraftContext context) {
        addEmbedding(weights, context.format().kvType());
        boolean biased = files.has("fc.bias");
        weights.vector(
                biased ? files.floats("fc.bias", hidden) : new float[0], biased ? hidden : 0);
        RotaryTables tables = RotaryTables.of(target.config());
        weights.vector(tables.cosines(), tables.positions(), tables.half());
        weights.vector(tables.sines(), tables.positions(), tables.half());
        weights.vector(floats("post_attention_layernorm.weight", hidden), hidden);
        if (third) {
            weights.vector(floats("input_layernorm.weight", hidden), hidden);
            weights.vector(floats("hidden_norm.weight", hidden), hidden);
            weights.vector(files.floats("norm.weight", hidden), hidden);
        }
    }

    /** The draft's own embedding, where it has one, else the model's. */
    private void addEmbedding(DraftMatrices weights, TorchType type) {
        if (files.has(EMBEDDING)) {
            int words = target.config().vocabularySize();
            weights.embedding(files.floats(EMBEDDING, words, hidden), words, hidden, type);
        } else {
            weights.embedding(target.weights().embedding(), type);
        }
    }
}
