package io.millrace.gpu.model;

import java.util.List;

/**
 * All weights of a model. Immutable.
 *
 * @param head the very object {@code embedding} where the two are tied
 */
public record Weights(Weight embedding, Weight finalNorm, Weight head, List<LayerWeights> layers) {

    public Weights {
        layers = List.copyOf(layers);
    }

    /** Whether the head is the embedding. */
    public boolean tied() {
        return head == embedding;
    }
}
