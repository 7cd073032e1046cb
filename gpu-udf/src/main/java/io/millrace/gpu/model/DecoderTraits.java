package io.millrace.gpu.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * In what the decoder layers of one model differ from plain Llama. Immutable.
 *
 * @param queryKeyValueBias whether the q, k and v projections add a bias
 * @param outputBias whether the attention's output projection adds a bias
 * @param mlpBias whether the gate, up and down projections add a bias
 * @param queryKeyNorm whether q and k pass an RMSNorm per head before the rotation
 * @param window null if all layers attend to the whole context
 */
public record DecoderTraits(
        boolean queryKeyValueBias,
        boolean outputBias,
        boolean mlpBias,
        boolean queryKeyNorm,
        @Nullable SlidingWindow window) {

    /** The window of the layers that have one. */
    public Optional<SlidingWindow> slidingWindow() {
        return Optional.ofNullable(window);
    }
}
