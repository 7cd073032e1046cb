package io.millrace.gpu.decode;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.memory.CopyOnWrite;
import io.millrace.gpu.cache.KvCache;
import io.millrace.gpu.cache.KvShape;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.SlidingWindow;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import io.millrace.gpu.program.WeightFormat;
import io.millrace.gpu.tokenize.ModelPromptEncoder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A loaded model with its KV pool: turns a step's inputs into logits. Used by one thread, which
 * must have called {@link Program#prepareThread()}; closing it frees native memory.
 */
public final class Decoder implements AutoCloseable {

    /** For templates that write the date: the same weights on every day. */
    private static final InstantSource CALIBRATION_DATE =
            InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

    private final PtNDManager manager;
    private final Program program;
    private final Values owned = new Values();
    private final IValue weights;
    private final IValue matrices;
    private final IValue shape;
    private final IValue windows;
    private final IValue epsilon;
    private final IValue taps;
    private final KvCache cache;

    /**
     * Loads everything; what was loaded is freed again if it fails.
     *
     * @param kv of the model, in the format's type for keys and values
     * @param blocks of the pool
     * @param read what drafters want stored of each token
     */
    public Decoder(
            ModelDirectory model,
            WeightFormat format,
            KvShape kv,
            int blocks,
            TargetFeatures read,
            PtNDManager parent) {
        this(model, format, kv, blocks, read, parent, owner -> preparation(model, format, owner));
    }

    /** With another preparation of the weights than the format's. */
    Decoder(
            ModelDirectory model,
            WeightFormat format,
            KvShape kv,
            int blocks,
            TargetFeatures read,
            PtNDManager parent,
            Function<PtNDManager, WeightPreparation> preparing) {
        manager = (PtNDManager) parent.newSubManager();
        program = format.load("Decoder", manager);
        ModelConfig config = model.config();
        WeightLoader.Lists lists = load(model, format, preparing);
        weights = owned.own(lists.weights());
        matrices = owned.own(lists.matrices());
        shape =
                owned.own(
                        IValue.listFrom(
                                config.heads(),
                                config.kvHeads(),
                                config.headDim(),
                                flag(config.traits().queryKeyValueBias()),
                                flag(config.traits().outputBias()),
                                flag(config.traits().mlpBias()),
                                flag(config.traits().queryKeyNorm())));
        windows = owned.own(IValue.listFrom(windows(config)));
        epsilon = owned.own(IValue.from(config.rmsNormEpsilon()));
        cache = new KvCache(program, manager, kv, blocks, read.width(config.hiddenSize()));
        taps = owned.own(IValue.listFrom(read.taps().stream().mapToLong(i -> i).toArray()));
    }

    private WeightLoader.Lists load(
            ModelDirectory model,
            WeightFormat format,
            Function<PtNDManager, WeightPreparation> preparing) {
        try (WeightPreparation preparation = preparing.apply(manager)) {
            return WeightLoader.load(
                    program, manager, format, model.weights(), model.config(), preparation);
        }
    }

    private static WeightPreparation preparation(
            ModelDirectory model, WeightFormat format, PtNDManager owner) {
        if (!format.calibrated()) {
            return new Unprepared(owner);
        }
        try (ModelPromptEncoder encoder = ModelPromptEncoder.open(model, CALIBRATION_DATE)) {
            return new RotatedWeights(model.config(), CalibrationTexts.of(encoder), owner);
        }
    }

    /**
     * Computes a step and writes its keys and values.
     *
     * @return float32 logits [outputs, vocabulary]; the caller closes them
     */
    public IValue logits(StepInputs inputs) {
        return run(inputs);
    }

    /**
     * Computes a level of trees and writes its keys and values.
     *
     * @return float32 logits [rows, vocabulary] in the order of the branches; the caller closes
     *     them
     */
    public IValue logits(BranchInputs inputs) {
        return run(inputs);
    }

    /**
     * The best words after each row of logits.
     *
     * @param logits float32 [rows, vocabulary]
     * @return [rows, 2 * count], flat: log-probabilities, the best first, then their ids
     */
    public double[] best(IValue logits, int count) {
        try (PtNDManager step = (PtNDManager) manager.newSubManager();
                Values call = new Values()) {
            IValue wanted = call.own(IValue.from((long) count));
            return call.own(program.run("best", logits, wanted)).toTensor(step).toDoubleArray();
        }
    }

    private IValue run(DecoderInputs inputs) {
        try (NDManager step = manager.newSubManager();
                Values call = new Values()) {
            List<IValue> arguments = new ArrayList<>(inputs.arguments(step, call));
            arguments.addAll(
                    List.of(
                            weights,
                            matrices,
                            cache.keys(),
                            cache.values(),
                            cache.features(),
                            taps,
                            shape,
                            windows,
                            epsilon));
            return program.run("step", arguments.toArray(new IValue[0]));
        }
    }

    /** What drafters read: features [slots, width]. */
    public IValue features() {
        return cache.features();
    }

    /**
     * What was stored of some tokens.
     *
     * @return [slots, width], flat
     */
    public float[] stored(long[] slots) {
        return read("stored", slots);
    }

    /**
     * The mean of what was stored of some tokens.
     *
     * @param slots at least one
     * @return [width]
     */
    public float[] pooled(long[] slots) {
        return read("pooled", slots);
    }

    private float[] read(String method, long[] slots) {
        try (PtNDManager step = (PtNDManager) manager.newSubManager();
                Values call = new Values()) {
            IValue wanted = call.own(IValue.from((PtNDArray) step.create(slots)));
            return call.own(program.run(method, cache.features(), wanted))
                    .toTensor(step)
                    .toFloatArray();
        }
    }

    /** Moves what was computed in some slots of the pool into others. */
    public void move(long[] sources, long[] targets) {
        cache.move(sources, targets);
    }

    /** Copies blocks of the pool before a write. */
    public void copy(List<CopyOnWrite> copies) {
        cache.copy(copies);
    }

    @Override
    public void close() {
        cache.close();
        owned.close();
        program.close();
        manager.close();
    }

    private static long flag(boolean value) {
        return value ? 1 : 0;
    }

    private static long[] windows(ModelConfig config) {
        long[] sizes = new long[config.layers()];
        SlidingWindow window = config.traits().window();
        if (window != null) {
            for (int layer : window.layers()) {
                sizes[layer] = window.size();
            }
        }
        return sizes;
    }
}
