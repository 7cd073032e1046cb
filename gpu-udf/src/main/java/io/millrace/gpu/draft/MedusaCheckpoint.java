package io.millrace.gpu.draft;

import io.millrace.core.speculate.MedusaChoices;
import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.model.Checkpoint;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.program.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Medusa heads in the published layout: {@code medusa_lm_head.safetensors} with {@code
 * k.j.linear.weight}, {@code k.j.linear.bias} per head k and block j, and {@code k.L.weight}, the
 * head's matrix, behind its L blocks; {@code config.json} with {@code medusa_num_heads} and {@code
 * medusa_num_layers}. With {@code original_lm_head} the matrices are the model's own head. A matrix
 * of fewer words than the model has (vLLM's truncated vocabulary) comes with {@code token_map}, the
 * ids of its rows.
 */
final class MedusaCheckpoint implements DraftCheckpoint {

    private static final String WORDS = "token_map";
    private static final List<String> FILES =
            List.of("medusa_lm_head.safetensors", "model.safetensors");

    private final SpeculationSettings settings;
    private final ModelDirectory target;
    private final Checkpoint files;
    private final int hidden;
    private final int heads;
    private final int blocks;
    private final boolean shared;
    private final DraftVocabulary vocabulary;

    private MedusaCheckpoint(
            SpeculationSettings settings, ModelDirectory target, Checkpoint files) {
        this.settings = settings;
        this.target = target;
        this.files = files;
        this.hidden = target.config().hiddenSize();
        this.heads = files.integer("medusa_num_heads");
        this.blocks = files.integer("medusa_num_layers", 1);
        this.shared = files.flag("original_lm_head", false);
        files.require("hidden_size", hidden, "as in " + target.name());
        int words = target.config().vocabularySize();
        if (files.integer("vocab_size", words) != words) {
            files.require("vocab_size", words, "as in " + target.name());
        }
        this.vocabulary = vocabulary(words);
        check();
        checkTree();
    }

    static DraftCheckpoint open(SpeculationSettings settings, ModelDirectory target) {
        Path directory = settings.requireDraft();
        return new MedusaCheckpoint(settings, target, Checkpoint.open(directory, FILES));
    }

    /** Whether a directory holds Medusa heads. */
    static boolean isIn(Path directory) {
        return Checkpoint.holds(directory, FILES, "0.0.linear.weight");
    }

    private DraftVocabulary vocabulary(int words) {
        if (files.has(WORDS)) {
            long[] map = files.tensorIntegers(WORDS);
            for (long word : map) {
                if (word < 0 || word >= words) {
                    throw files.wrong(WORDS, "id", word, "below " + words);
                }
            }
            return DraftVocabulary.of(LongStream.of(map).mapToInt(w -> (int) w).toArray());
        }
        return DraftVocabulary.mostFrequent(files.directory(), settings.vocabulary(), words);
    }

    // Before the model is loaded: a draft that does not fit should not cost minutes.
    private void check() {
        for (int head = 0; head < heads; head++) {
            for (int block = 0; block < blocks; block++) {
                files.require(linear(head, block) + "weight", hidden, hidden);
                files.require(linear(head, block) + "bias", hidden);
            }
            if (!shared) {
                files.require(projectionName(head), storedWords(), hidden);
            }
        }
    }

    private void checkTree() {
        for (MedusaChoices choices : settings.staticTrees(heads)) {
            if (choices.candidates() > vocabulary.size()) {
                throw new IllegalArgumentException(
                        "engine.speculation.tree: %s of %d candidates per head (expected: at most %d, the words that the heads score)"
                                .formatted(
                                        settings.tree(), choices.candidates(), vocabulary.size()));
            }
        }
    }

    private static String linear(int head, int block) {
        return head + "." + block + ".linear.";
    }

    private String projectionName(int head) {
        return head + "." + blocks + ".weight";
    }

    private int storedWords() {
        return files.has(WORDS) ? vocabulary.size() : target.config().vocabularySize();
    }

    private float[] weight(int head, int block) {
        return files.floats(linear(head, block) + "weight", hidden, hidden);
    }

    private float[] bias(int head, int block) {
        return files.floats(linear(head, block) + "bias", hidden);
    }

    /** The matrix of a head, of the words that are scored. */
    private float[] projection(int head) {
        float[] stored = files.floats(projectionName(head), storedWords(), hidden);
        return files.has(WORDS) ? stored : vocabulary.rowsOf(stored, hidden);
    }

    @Override
    public TargetFeatures features() {
        return TargetFeatures.FINAL;
    }

    @Override
    public Drafter load(DraftContext context) {
        Program program = context.format().load("Medusa", context.manager());
        DraftMatrices weights = new DraftMatrices(program, context.manager());
        for (int head = 0; head < heads; head++) {
            for (int block = 0; block < blocks; block++) {
                weights.matrix(weight(head, block), hidden, hidden);
                weights.vector(bias(head, block), hidden);
            }
        }
        if (shared) {
            weights.rows(target.weights().head(), vocabulary);
        } else {
            for (int head = 0; head < heads; head++) {
                weights.matrix(projection(head), vocabulary.size(), hidden);
            }
        }
        MedusaDrafter.Heads shape = new MedusaDrafter.Heads(heads, blocks, vocabulary);
        return new MedusaDrafter(settings, context, program, weights, shape);
    }
}
