package io.millrace.gpu.model;

import org.jspecify.annotations.Nullable;

/** The weights of one decoder layer; biases and norms of q and k are null where it has none. */
public record LayerWeights(
        Weight inputNorm,
        Weight query,
        Weight key,
        Weight value,
        Weight output,
        @Nullable Weight queryBias,
        @Nullable Weight keyBias,
        @Nullable Weight valueBias,
        @Nullable Weight outputBias,
        @Nullable Weight queryNorm,
        @Nullable Weight keyNorm,
        Weight postAttentionNorm,
        Weight gate,
        Weight up,
        Weight down,
        @Nullable Weight gateBias,
        @Nullable Weight upBias,
        @Nullable Weight downBias) {}
