package io.millrace.core.predict;

import static io.millrace.core.internal.Arguments.check;

import java.util.Arrays;
import java.util.List;

/**
 * A trained predictor's network, computed in plain Java: fully connected layers with rectifiers
 * between them (ELIS, 2505.09142, section 4.1, has eight), from standardised features to quantiles
 * of the logarithm of the tokens still to come. One thread only; deterministic.
 */
public final class QuantileNetwork {

    /**
     * The shares of answers that are shorter than each output. The mean of the outputs is then the
     * midpoint rule for the mean of the distribution.
     */
    public static final List<Double> LEVELS = List.of(0.1, 0.3, 0.5, 0.7, 0.9);

    /** Nothing is predicted to be longer, which keeps the exponential finite. */
    private static final double MAX_LOG = Math.log(10_000_000);

    private final float[] means;
    private final float[] deviations;
    private final List<Layer> layers;
    private final float[][] values;

    /**
     * A layer.
     *
     * @param weights [outputs, inputs], row-major; treated as immutable
     * @param biases [outputs]; treated as immutable
     */
    public record Layer(float[] weights, float[] biases) {

        public Layer {
            check(
                    biases.length > 0 && weights.length % biases.length == 0,
                    "weights",
                    weights.length,
                    "a multiple of the " + biases.length + " biases");
        }

        int inputs() {
            return weights.length / biases.length;
        }

        int outputs() {
            return biases.length;
        }
    }

    /**
     * A network.
     *
     * @param means of the features it was trained on
     * @param deviations of them, above 0
     * @param layers each as wide as the one before it; the last with an output for each level
     */
    public QuantileNetwork(float[] means, float[] deviations, List<Layer> layers) {
        check(!layers.isEmpty(), "layers", layers.size(), "at least 1");
        check(deviations.length == means.length, "deviations", deviations.length, "as many means");
        this.means = means.clone();
        this.deviations = deviations.clone();
        this.layers = List.copyOf(layers);
        this.values = new float[layers.size() + 1][];
        int width = means.length;
        values[0] = new float[width];
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            check(layer.inputs() == width, "inputs of layer " + i, layer.inputs(), "" + width);
            width = layer.outputs();
            values[i + 1] = new float[width];
        }
        check(width == LEVELS.size(), "outputs", width, "one for each of " + LEVELS);
    }

    /** Features that it takes. */
    public int inputs() {
        return means.length;
    }

    /**
     * Quantiles of the tokens still to come, ascending, one for each of {@link #LEVELS}, at least
     * 1. Those that the network has in the wrong order are exchanged, which can only bring them
     * nearer to the true ones (Chernozhukov, Fernandez-Val, Galichon 2010).
     *
     * @param features as many as {@link #inputs()}
     * @throws IllegalStateException if the result is no number
     */
    public double[] remaining(float[] features) {
        check(features.length == means.length, "features", features.length, "" + means.length);
        for (int i = 0; i < features.length; i++) {
            values[0][i] = (features[i] - means[i]) / deviations[i];
        }
        for (int i = 0; i < layers.size(); i++) {
            compute(layers.get(i), values[i], values[i + 1], i < layers.size() - 1);
        }
        float[] last = values[layers.size()];
        double[] quantiles = new double[last.length];
        for (int i = 0; i < last.length; i++) {
            if (Float.isNaN(last[i])) {
                throw new IllegalStateException("length predictor: its output is no number");
            }
            quantiles[i] = Math.exp(Math.max(0, Math.min(MAX_LOG, last[i])));
        }
        Arrays.sort(quantiles);
        return quantiles;
    }

    // Four sums side by side: a single one would wait for itself at every product.
    private static void compute(Layer layer, float[] in, float[] out, boolean rectified) {
        float[] weights = layer.weights();
        for (int row = 0; row < out.length; row++) {
            int at = row * in.length;
            float a = 0;
            float b = 0;
            float c = 0;
            float d = 0;
            int i = 0;
            for (; i + 4 <= in.length; i += 4) {
                a += weights[at + i] * in[i];
                b += weights[at + i + 1] * in[i + 1];
                c += weights[at + i + 2] * in[i + 2];
                d += weights[at + i + 3] * in[i + 3];
            }
            for (; i < in.length; i++) {
                a += weights[at + i] * in[i];
            }
            float sum = layer.biases()[row] + (a + b) + (c + d);
            out[row] = rectified ? Math.max(0, sum) : sum;
        }
    }
}
