package io.millrace.gpu.draft;

import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.model.Checkpoint;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.program.Program;
import java.nio.file.Path;
import java.util.List;

/**
 * A recurrent drafter in the layout of Apple's code ({@code recurrent_drafting_drafter}): {@code
 * config.json} with {@code hidden_size} and {@code vocab_size} of the model, {@code exit_dim},
 * {@code num_draft_layers} and {@code rnn}; {@code lm_head.i.linear.*} per block i and {@code
 * lm_head.L.weight} behind the L blocks; {@code input_proj.*} unless the blocks take context and
 * state as they are; {@code rnn_w.weight} and {@code rnn_u.*} if the state is recurrent, else it is
 * a sum of embeddings. The embedding is the model's.
 */
final class RecurrentCheckpoint implements DraftCheckpoint {

    private static final String PROJECTION = "input_proj.";
    private static final String OF_TOKEN = "rnn_w.weight";
    private static final String OF_STATE = "rnn_u.";
    private static final List<String> FILES = List.of("model.safetensors");

    private final SpeculationSettings settings;
    private final ModelDirectory target;
    private final Checkpoint files;
    private final int hidden;
    private final int inner;
    private final int blocks;
    private final boolean projected;
    private final boolean recurrent;
    private final DraftVocabulary vocabulary;

    private RecurrentCheckpoint(
            SpeculationSettings settings, ModelDirectory target, Checkpoint files) {
        this.settings = settings;
        this.target = target;
        this.files = files;
        this.hidden = target.config().hiddenSize();
        int words = target.config().vocabularySize();
        files.require("hidden_size", hidden, "as in " + target.name());
        files.require("vocab_size", words, "as in " + target.name());
        this.inner = files.integer("exit_dim");
        this.blocks = files.integer("num_draft_layers");
        this.projected = inner != 2 * hidden;
        this.recurrent = files.flag("rnn", false);
        this.vocabulary =
                DraftVocabulary.mostFrequent(files.directory(), settings.vocabulary(), words);
        check();
    }

    static DraftCheckpoint open(SpeculationSettings settings, ModelDirectory target) {
        Path directory = settings.requireDraft();
        return new RecurrentCheckpoint(settings, target, Checkpoint.open(directory, FILES));
    }

    /** Whether a directory holds a recurrent drafter. */
    static boolean isIn(Path directory) {
        return Checkpoint.holds(directory, FILES, block(0) + "weight");
    }

    // Before the model is loaded: a draft that does not fit should not cost minutes.
    private void check() {
        if (projected) {
            files.require(PROJECTION + "weight", inner, 2L * hidden);
            files.require(PROJECTION + "bias", inner);
        }
        for (int i = 0; i < blocks; i++) {
            files.require(block(i) + "weight", inner, inner);
            files.require(block(i) + "bias", inner);
        }
        files.require(head(), target.config().vocabularySize(), inner);
        if (recurrent) {
            files.require(OF_TOKEN, hidden, hidden);
            files.require(OF_STATE + "weight", hidden, hidden);
            files.require(OF_STATE + "bias", hidden);
        }
    }

    private static String block(int index) {
        return "lm_head." + index + ".linear.";
    }

    private String head() {
        return "lm_head." + blocks + ".weight";
    }

    @Override
    public TargetFeatures features() {
        return TargetFeatures.FINAL;
    }

    @Override
    public Drafter load(DraftContext context) {
        Program program = context.format().load("Recurrent", context.manager());
        DraftMatrices weights = new DraftMatrices(program, context.manager());
        weights.embedding(target.weights().embedding(), context.format().kvType());
        if (projected) {
            weights.matrix(floats(PROJECTION + "weight", inner, 2L * hidden), inner, 2 * hidden);
            weights.vector(floats(PROJECTION + "bias", inner), inner);
        }
        for (int i = 0; i < blocks; i++) {
            weights.matrix(floats(block(i) + "weight", inner, inner), inner, inner);
            weights.vector(floats(block(i) + "bias", inner), inner);
        }
        float[] all = floats(head(), target.config().vocabularySize(), inner);
        weights.matrix(vocabulary.rowsOf(all, inner), vocabulary.size(), inner);
        if (recurrent) {
            weights.matrix(floats(OF_TOKEN, hidden, hidden), hidden, hidden);
            weights.matrix(floats(OF_STATE + "weight", hidden, hidden), hidden, hidden);
            weights.vector(floats(OF_STATE + "bias", hidden), hidden);
        }
        return new RecurrentDrafter(
                settings,
                context,
                program,
                weights,
                new RecurrentDrafter.Network(projected, blocks, recurrent, vocabulary));
    }

    private float[] floats(String name, long... shape) {
        return files.floats(name, shape);
    }
}
