package io.millrace.gpu.predict;

import io.millrace.core.predict.QuantileNetwork;
import io.millrace.gpu.decode.TargetFeatures;
import io.millrace.gpu.model.Checkpoint;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.ModelFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A trained predictor on disk, checked against the model that it is to serve: {@code config.json}
 * says what it looks at and for which tokenizer and model it was trained, {@code
 * predictor.safetensors} holds the network. Immutable; any thread.
 */
public final class PredictorFiles {

    static final String TENSORS = "predictor.safetensors";
    static final String CONFIG = "config.json";
    static final String LAYER = "layer";
    static final String ANSWERS = "reads_answers";
    static final String MEANS = "features.mean";
    static final String DEVIATIONS = "features.deviation";

    private final PredictorKind kind;
    private final CommonPrefix common;
    private final int inputs;
    private final int layers;
    private final int modelLayers;
    private final Checkpoint files;

    private PredictorFiles(
            PredictorKind kind,
            CommonPrefix common,
            int inputs,
            int layers,
            int modelLayers,
            Checkpoint files) {
        this.kind = kind;
        this.common = common;
        this.inputs = inputs;
        this.layers = layers;
        this.modelLayers = modelLayers;
        this.files = files;
    }

    /**
     * Opens a directory; computes nothing.
     *
     * @throws ModelFormatException naming file, field or tensor, if it is damaged, has wrong shapes
     *     or was trained for another tokenizer or model
     */
    public static PredictorFiles open(Path directory, ModelDirectory model) {
        Checkpoint files = Checkpoint.open(directory, List.of(TENSORS));
        String name = files.text("predictor");
        PredictorKind kind =
                PredictorKind.named(name)
                        .orElseThrow(
                                () ->
                                        files.wrongField(
                                                "predictor",
                                                name,
                                                "one of " + PredictorKind.ids()));
        require(files, "tokenizer_sha256", Fingerprints.ofTokenizer(model), model);
        int width = SentenceEncoder.WIDTH;
        if (kind == PredictorKind.HIDDEN_STATE) {
            require(files, "model_sha256", Fingerprints.ofModel(model), model);
            width = StateVector.width(model.config().hiddenSize());
            checkLayer(files, model);
        }
        int inputs = Features.count(width);
        files.require("inputs", inputs, "as " + kind + " has for " + model.name());
        int layers = files.integer("layers");
        if (layers < 1) {
            throw files.wrongField("layers", layers, "1 or more");
        }
        int[] common =
                files.integers("common_prefix").stream().mapToInt(Integer::intValue).toArray();
        PredictorFiles opened =
                new PredictorFiles(
                        kind,
                        new CommonPrefix(common),
                        inputs,
                        layers,
                        model.config().layers(),
                        files);
        opened.checkShapes();
        return opened;
    }

    private static void require(
            Checkpoint files, String field, String expected, ModelDirectory model) {
        String found = files.text(field);
        if (!found.equals(expected)) {
            throw files.wrongField(
                    field,
                    found,
                    expected + ", that of " + model.name() + ": train a predictor for this model");
        }
    }

    private static void checkLayer(Checkpoint files, ModelDirectory model) {
        int layer = files.integer(LAYER);
        if (layer < 1 || layer > model.config().layers()) {
            throw files.wrongField(LAYER, layer, "1 to " + model.config().layers());
        }
    }

    private void checkShapes() {
        files.require(MEANS, inputs);
        files.require(DEVIATIONS, inputs);
        long width = inputs;
        for (int i = 0; i < layers; i++) {
            int outputs = outputs(i);
            files.require(weights(i), outputs, width);
            width = outputs;
        }
        files.require(biases(layers - 1), QuantileNetwork.LEVELS.size());
    }

    private int outputs(int layer) {
        long[] shape = files.shape(biases(layer));
        if (shape.length != 1 || shape[0] < 1 || shape[0] > Integer.MAX_VALUE) {
            throw files.wrong(biases(layer), "shape", Arrays.toString(shape), "[outputs]");
        }
        return (int) shape[0];
    }

    static String weights(int layer) {
        return "layers." + layer + ".weight";
    }

    static String biases(int layer) {
        return "layers." + layer + ".bias";
    }

    /** What it looks at. */
    public PredictorKind kind() {
        return kind;
    }

    /** What all prompts of its training data began with. */
    CommonPrefix common() {
        return common;
    }

    /** What the decoder has to store for it. */
    public TargetFeatures features() {
        return kind == PredictorKind.HIDDEN_STATE
                ? HiddenStates.features(files.integer(LAYER), modelLayers)
                : TargetFeatures.NONE;
    }

    /** Whether it reads the states of answers, or was trained without. */
    boolean readsAnswers() {
        return files.flag(ANSWERS, false);
    }

    /** The network, for one thread. */
    QuantileNetwork network() {
        List<QuantileNetwork.Layer> read = new ArrayList<>();
        int width = inputs;
        for (int i = 0; i < layers; i++) {
            int outputs = outputs(i);
            read.add(
                    new QuantileNetwork.Layer(
                            files.floats(weights(i), outputs, width),
                            files.floats(biases(i), outputs)));
            width = outputs;
        }
        return new QuantileNetwork(
                files.floats(MEANS, inputs), files.floats(DEVIATIONS, inputs), read);
    }
}
