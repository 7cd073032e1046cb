package io.millrace.gpu.model;

import java.util.Set;

/**
 * Layers that look back over a limited distance. Immutable.
 *
 * @param size how many positions a token attends to, itself included
 * @param layers which do; never empty, the others attend to all
 */
public record SlidingWindow(int size, Set<Integer> layers) {

    public SlidingWindow {
        if (size < 1) {
            throw new IllegalArgumentException(
                    "sliding window: " + size + " (expected: at least 1)");
        }
        layers = Set.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("sliding window layers: none (expected: some)");
        }
    }
}
