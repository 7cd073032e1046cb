package io.millrace.gpu.train;

import io.millrace.gpu.model.ModelConfig;
import java.util.List;

/** What can be trained. */
public enum HeadKind {
    /** Medusa heads, each with a matrix of its own (2401.10774). */
    MEDUSA(3, 1e-3),
    /** A layer that goes on from final hidden states (EAGLE-1 and 2, 2401.15077). */
    EAGLE(3, 1e-3),
    /** A layer that goes on from three hidden states, with a head of its own (2503.01840). */
    EAGLE3(3, 1e-3);

    private final int defaultDepth;
    private final double defaultLearningRate;

    HeadKind(int defaultDepth, double defaultLearningRate) {
        this.defaultDepth = defaultDepth;
        this.defaultLearningRate = defaultLearningRate;
    }

    /** Heads, or how many times the layer sees its own outputs in training, if nobody says. */
    public int defaultDepth() {
        return defaultDepth;
    }

    /** The highest rate of learning, if nobody says. */
    public double defaultLearningRate() {
        return defaultLearningRate;
    }

    /**
     * The layers whose inputs are read, and as the last one the residual stream behind all layers;
     * empty for final hidden states only. Of EAGLE-3 the published low, middle and high layer, or
     * in small models the last three.
     *
     * @throws IllegalArgumentException if the model has too few layers
     */
    List<Integer> taps(ModelConfig model) {
        if (this != EAGLE3) {
            return List.of();
        }
        int layers = model.layers();
        if (layers < 3) {
            throw new IllegalArgumentException(
                    "kind: eagle3 (expected: medusa or eagle, for a model of %d layers)"
                            .formatted(layers));
        }
        return layers < 7
                ? List.of(layers - 3, layers - 2, layers - 1, layers)
                : List.of(2, layers / 2, layers - 3, layers);
    }

    /** Guesses whose acceptance is measured. */
    int measuredDepth(int depth) {
        return this == MEDUSA ? depth : Math.max(5, depth);
    }
}
