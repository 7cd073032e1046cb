package io.millrace.gpu.decode;

import java.util.List;

/**
 * What a drafter reads of the model's own work: hidden states that the decoder stores for every
 * token, beside its keys and values.
 *
 * @param read whether anything is read
 * @param taps layers whose inputs are read, side by side (layer i's input is the output of layer i
 *     - 1, and the number of layers stands for what leaves the last one); empty for the output of
 *     the final norm, which is the head's input
 */
public record TargetFeatures(boolean read, List<Integer> taps) {

    /** Nothing is read. */
    public static final TargetFeatures NONE = new TargetFeatures(false, List.of());

    /** The head's input. */
    public static final TargetFeatures FINAL = new TargetFeatures(true, List.of());

    public TargetFeatures {
        taps = List.copyOf(taps);
    }

    /** The inputs of these layers. */
    public static TargetFeatures of(List<Integer> taps) {
        return new TargetFeatures(true, taps);
    }

    /** Values per token, for a model with so many per hidden state. */
    public int width(int hidden) {
        return read ? hidden * Math.max(1, taps.size()) : 0;
    }
}
