package io.millrace.gpu.decode;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Turns the residual stream of a model and the channels of its value heads by orthogonal matrices
 * that are folded into the weights (QuaRot, Ashkboos et al. 2024, section 4): the function stays
 * the same, while channels with large values are spread over all. An RMSNorm commutes with that
 * once its weights are folded into the matrices behind it. Biases of q, k, gate and up and norms of
 * q and k stay as they are, since their outputs are in the model's own basis. Used by one thread.
 */
final class Rotation implements AutoCloseable {

    /** Larger powers of two are split: cheaper, and no better spread. */
    private static final int MAX_FACTOR = 64;

    /** The block of down's inputs: larger ones cost more in every step and round no better. */
    private static final int MAX_BLOCK = 64;

    private static final long SEED = 1;

    private final Program program;
    private final PtNDManager manager;
    private final Values owned = new Values();
    private final ModelConfig config;
    private final float[] signs;
    private final IValue factors;
    private final IValue headFactors;

    Rotation(ModelConfig config, PtNDManager parent) {
        this.config = config;
        manager = (PtNDManager) parent.newSubManager();
        program = Program.load("Rotation", Map.of(), manager);
        signs = signs(config.hiddenSize());
        factors = factors(config.hiddenSize());
        headFactors = factors(config.headDim());
    }

    /** Fixed, so that a model is always rounded to the same weights. */
    private static float[] signs(int size) {
        SplittableRandom random = new SplittableRandom(SEED);
        float[] signs = new float[size];
        for (int i = 0; i < size; i++) {
            signs[i] = random.nextInt(2) * 2f - 1;
        }
        return signs;
    }

    /** Symmetric orthogonal matrices whose sizes multiply to {@code size}. */
    private IValue factors(int size) {
        List<PtNDArray> list = new ArrayList<>();
        int odd = size >> Integer.numberOfTrailingZeros(size);
        if (odd > 1) {
            list.add(square("hartley", odd));
        }
        int rest = size / odd;
        while (rest > 1) {
            int factor = Math.min(rest, MAX_FACTOR);
            list.add(hadamard(factor));
            rest /= factor;
        }
        return owned.own(IValue.listFrom(list.toArray(new PtNDArray[0])));
    }

    private PtNDArray hadamard(int size) {
        return square("hadamard", Integer.numberOfTrailingZeros(size));
    }

    private PtNDArray square(String method, long argument) {
        try (Values call = new Values()) {
            return call.own(program.run(method, call.own(IValue.from(argument)))).toTensor(manager);
        }
    }

    /**
     * For the inputs of the down projection: the largest power of two that divides their number.
     */
    PtNDArray block() {
        int size = Math.min(MAX_BLOCK, Integer.lowestOneBit(config.intermediateSize()));
        return size > 1 ? hadamard(size) : manager.create(new Shape(0, 0), DataType.FLOAT32);
    }

    /** What the residual stream of the model is multiplied by, float32 [hidden, hidden]. */
    PtNDArray basis() {
        PtNDArray identity = (PtNDArray) manager.eye(config.hiddenSize());
        run("turn_inputs", identity, signs);
        return identity;
    }

    /** Turns what a matrix [rows, hidden] takes in, or the rows of an embedding. In place. */
    void turnInputs(PtNDArray matrix) {
        run("turn_inputs", matrix, signs);
    }

    /** The same behind an RMSNorm, whose weights it takes over. */
    void turnInputs(PtNDArray matrix, PtNDArray norm) {
        float[] scale = norm.toFloatArray();
        for (int i = 0; i < scale.length; i++) {
            scale[i] *= signs[i];
        }
        run("turn_inputs", matrix, scale);
    }

    /** Turns all of a layer in place. */
    void turn(LayerTensors layer) {
        turnInputs(layer.queryKeyValue(), layer.inputNorm());
        turnInputs(layer.gateUp(), layer.postAttentionNorm());
        turnValues(layer);
        List<PtNDArray> intoStream =
                List.of(layer.output(), layer.outputBias(), layer.down(), layer.downBias());
        for (PtNDArray tensor : intoStream) {
            if (tensor.size() > 0) {
                run("turn_outputs", tensor, signs);
            }
        }
        float[] ones = new float[config.hiddenSize()];
        Arrays.fill(ones, 1);
        layer.inputNorm().set(ones);
        layer.postAttentionNorm().set(ones);
    }

    private void turnValues(LayerTensors layer) {
        try (Values call = new Values()) {
            call.own(
                    program.run(
                            "turn_values",
                            call.own(IValue.from(layer.queryKeyValue())),
                            call.own(IValue.from(layer.queryKeyValueBias())),
                            call.own(IValue.from(layer.output())),
                            call.own(IValue.from((long) config.querySize() + config.kvSize())),
                            call.own(IValue.from((long) config.headDim())),
                            headFactors));
        }
    }

    private void run(String method, PtNDArray tensor, float[] scale) {
        try (Values call = new Values();
                PtNDArray scaling = (PtNDArray) manager.create(scale)) {
            IValue argument = call.own(IValue.from(tensor));
            call.own(program.run(method, argument, call.own(IValue.from(scaling)), factors));
        }
    }

    @Override
    public void close() {
        owned.close();
        program.close();
        manager.close();
    }
}
