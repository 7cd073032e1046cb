package io.millrace.gpu.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import io.millrace.gpu.model.SafetensorsReader;
import io.millrace.gpu.model.WeightSource;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is trained, in float32 on the device, and the state of Adam (Kingma and Ba, 1412.6980).
 * DJL's own optimizer hides that state, so a run could not go on after an interruption; its kernel
 * is used. For one thread; closing it frees native memory.
 */
final class Parameters implements AutoCloseable {

    private static final float MEAN_DECAY = 0.9f;
    private static final float VARIANCE_DECAY = 0.95f;
    private static final float EPSILON = 1e-8f;

    // Of each value of a gradient, as in EAGLE's training.
    private static final float CLIP = 0.5f;

    private static final String MEAN = "mean.";
    private static final String VARIANCE = "variance.";

    private final PtNDManager manager;
    private final List<Parameter> all = new ArrayList<>();

    private record Parameter(
            String name, long[] shape, PtNDArray value, PtNDArray mean, PtNDArray variance) {}

    /** With these values, nothing learnt yet. */
    Parameters(List<NamedTensor> tensors, PtNDManager parent) {
        manager = (PtNDManager) parent.newSubManager();
        for (NamedTensor tensor : tensors) {
            float[] zeros = new float[tensor.values().length];
            all.add(parameter(tensor.name(), tensor.shape(), tensor.values(), zeros, zeros));
        }
    }

    private Parameter parameter(
            String name, long[] shape, float[] value, float[] mean, float[] variance) {
        PtNDArray trained = array(value, shape);
        trained.setRequiresGradient(true);
        return new Parameter(name, shape, trained, array(mean, shape), array(variance, shape));
    }

    private PtNDArray array(float[] values, long[] shape) {
        // The view borrows a buffer of Java's, which goes away with it.
        try (NDArray view = manager.create(values, new Shape(shape))) {
            return (PtNDArray) view.duplicate();
        }
    }

    /** Named for a program's argument. */
    NDList arguments(String name) {
        NDList list = new NDList();
        for (Parameter parameter : all) {
            parameter.value().setName(name);
            list.add(parameter.value());
        }
        return list;
    }

    /** As a program's argument; the caller closes it. */
    IValue list() {
        return IValue.listFrom(all.stream().map(Parameter::value).toArray(PtNDArray[]::new));
    }

    /**
     * Moves every parameter against its gradient, and forgets the gradients.
     *
     * @param step from 1, for Adam's corrections of its first steps
     */
    void update(int step, float learningRate) {
        double corrected =
                learningRate
                        * Math.sqrt(1 - Math.pow(VARIANCE_DECAY, step))
                        / (1 - Math.pow(MEAN_DECAY, step));
        for (Parameter parameter : all) {
            try (PtNDArray gradient = parameter.value().getGradient()) {
                JniUtils.adamUpdate(
                        parameter.value(),
                        gradient,
                        parameter.mean(),
                        parameter.variance(),
                        learningRate,
                        (float) corrected,
                        0,
                        1,
                        CLIP,
                        MEAN_DECAY,
                        VARIANCE_DECAY,
                        EPSILON,
                        true);
            }
            JniUtils.zeroGrad(parameter.value());
        }
    }

    /** The values. */
    List<NamedTensor> values() {
        return all.stream()
                .map(p -> new NamedTensor(p.name(), p.shape(), p.value().toFloatArray()))
                .toList();
    }

    /** Values and Adam's state, to go on from exactly here. */
    void save(Path file) {
        List<OutputTensor> tensors = new ArrayList<>();
        for (Parameter p : all) {
            tensors.add(OutputTensor.floats(p.name(), p.value().toFloatArray(), p.shape()));
            tensors.add(OutputTensor.floats(MEAN + p.name(), p.mean().toFloatArray(), p.shape()));
            tensors.add(
                    OutputTensor.floats(
                            VARIANCE + p.name(), p.variance().toFloatArray(), p.shape()));
        }
        TensorFile.write(file, tensors);
    }

    /**
     * Takes over what was saved.
     *
     * @throws io.millrace.gpu.model.ModelFormatException if the file is damaged
     * @throws IllegalArgumentException if it holds other tensors
     */
    void restore(Path file) {
        WeightSource source = SafetensorsReader.open(file);
        all.replaceAll(
                p ->
                        replaced(
                                p,
                                read(source, file, p.name(), p.shape()),
                                read(source, file, MEAN + p.name(), p.shape()),
                                read(source, file, VARIANCE + p.name(), p.shape())));
    }

    private Parameter replaced(Parameter old, float[] value, float[] mean, float[] variance) {
        Parameter parameter = parameter(old.name(), old.shape(), value, mean, variance);
        old.value().close();
        old.mean().close();
        old.variance().close();
        return parameter;
    }

    private static float[] read(WeightSource source, Path file, String name, long[] shape) {
        if (!source.names().contains(name) || !Arrays.equals(source.info(name).shape(), shape)) {
            throw new IllegalArgumentException(
                    "%s: tensor %s is missing or of another shape (expected: %s)"
                            .formatted(file, name, Arrays.toString(shape)));
        }
        FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(source.info(name).elements()));
        source.readFloats(name, values);
        return values.array();
    }

    /** Makes every value one that bfloat16 holds, since that is what is written. */
    void round() {
        all.replaceAll(
                p ->
                        replaced(
                                p,
                                rounded(p.value()),
                                p.mean().toFloatArray(),
                                p.variance().toFloatArray()));
    }

    private static float[] rounded(PtNDArray array) {
        float[] values = array.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = BFloat16.value(BFloat16.bits(values[i]));
        }
        return values;
    }

    @Override
    public void close() {
        manager.close();
    }
}
