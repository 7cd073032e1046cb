package io.millrace.gpu.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.training.GradientCollector;
import io.millrace.gpu.decode.RotaryTables;
import io.millrace.gpu.decode.WeightReader;
import io.millrace.gpu.engine.Platform;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.Weight;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.TorchType;
import io.millrace.gpu.program.Values;
import io.millrace.gpu.program.WeightFormat;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The training program of a kind of heads with what it takes of the model. Products are in bfloat16
 * unless the engine computes in float32; parameters, softmax and norms are in float32. For one
 * thread; closing it frees native memory.
 */
final class HeadProgram implements AutoCloseable {

    private final Program program;
    private final PtNDManager manager;
    private final PtNDArray[] frozen;

    /**
     * Loads it.
     *
     * @param words that are scored
     */
    HeadProgram(
            ModelDirectory model,
            TrainingSettings settings,
            int[] words,
            Platform platform,
            PtNDManager parent) {
        manager = (PtNDManager) parent.newSubManager();
        boolean medusa = settings.kind() == HeadKind.MEDUSA;
        program =
                Program.load(
                        medusa ? "MedusaTraining" : "EagleTraining",
                        fill(model.config(), settings, platform.format()),
                        manager);
        frozen = frozen(model, words, medusa);
    }

    private static Map<String, String> fill(
            ModelConfig config, TrainingSettings settings, WeightFormat format) {
        TorchType type = format == WeightFormat.FP32 ? TorchType.FLOAT32 : TorchType.BFLOAT16;
        return Map.of(
                "DTYPE", Integer.toString(type.code()),
                "DEPTH", Integer.toString(settings.depth()),
                "VERSION", settings.kind() == HeadKind.EAGLE3 ? "3" : "1",
                "QUERY_HEADS", Integer.toString(config.heads()),
                "KEY_HEADS", Integer.toString(config.kvHeads()),
                "HEAD_SIZE", Integer.toString(config.headDim()),
                "EPSILON", Double.toString(config.rmsNormEpsilon()));
    }

    private PtNDArray[] frozen(ModelDirectory model, int[] words, boolean medusa) {
        long[] places = new long[model.config().vocabularySize()];
        Arrays.fill(places, -1);
        for (int i = 0; i < words.length; i++) {
            places[words[i]] = i;
        }
        PtNDArray head = rows(model.weights().head(), words);
        PtNDArray placesArray = (PtNDArray) manager.create(places);
        if (medusa) {
            return new PtNDArray[] {head, placesArray};
        }
        RotaryTables tables = RotaryTables.of(model.config());
        Shape shape = new Shape(tables.positions(), tables.half());
        FloatBuffer norm = FloatBuffer.allocate(model.config().hiddenSize());
        model.weights().finalNorm().readFloats(norm);
        return new PtNDArray[] {
            head,
            placesArray,
            new WeightReader(program, manager).matrix(model.weights().embedding()),
            (PtNDArray) manager.create(tables.cosines(), shape),
            (PtNDArray) manager.create(tables.sines(), shape),
            (PtNDArray) manager.create(norm.array())
        };
    }

    private PtNDArray rows(Weight weight, int[] words) {
        long[] ids = IntStream.of(words).asLongStream().toArray();
        try (Values call = new Values();
                PtNDArray whole = new WeightReader(program, manager).matrix(weight);
                PtNDArray wanted = (PtNDArray) manager.create(ids)) {
            IValue matrix = call.own(IValue.from(whole));
            IValue chosen = call.own(IValue.from(wanted));
            IValue result = call.own(program.run("frozen_rows", matrix, chosen));
            try (PtNDArray inference = result.toTensor(manager)) {
                // What a program returns outside training cannot be saved for a gradient.
                return (PtNDArray) inference.duplicate();
            }
        }
    }

    /** The program, for what of it is not training. */
    Program program() {
        return program;
    }

    /**
     * What a step found.
     *
     * @param loss that was minimised
     * @param entropies of the guesses, by level, in nats
     */
    @SuppressWarnings("ArrayRecordComponent") // Read once, to be shown.
    record Loss(float loss, float[] entropies) {}

    /** Computes the loss of a batch, and the gradients of the parameters. */
    Loss loss(Parameters parameters, Batch batch) {
        try (NDManager step = manager.newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDList arguments = parameters.arguments("weights[]");
            for (PtNDArray array : frozen) {
                array.setName("frozen[]");
                arguments.add(array);
            }
            arguments.addAll(batch.arrays(step, "data[]"));
            NDList results = program.runForGradients(step, "loss", arguments);
            NDArray loss = results.get(0);
            collector.backward(loss);
            return new Loss(loss.getFloat(), results.get(1).toFloatArray());
        }
    }

    /**
     * Which guesses are the tokens that followed.
     *
     * @return float32 [levels, rows], flat: 1 or 0
     */
    float[] matches(Parameters parameters, Batch batch, int levels) {
        try (NDManager step = manager.newSubManager();
                Values call = new Values()) {
            PtNDArray[] data =
                    batch.arrays(step, "data").stream()
                            .map(PtNDArray.class::cast)
                            .toArray(PtNDArray[]::new);
            return call.own(
                            program.run(
                                    "matches",
                                    call.own(parameters.list()),
                                    call.own(IValue.listFrom(frozen)),
                                    call.own(IValue.listFrom(data)),
                                    call.own(IValue.from((long) levels))))
                    .toTensor((PtNDManager) step)
                    .toFloatArray();
        }
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
