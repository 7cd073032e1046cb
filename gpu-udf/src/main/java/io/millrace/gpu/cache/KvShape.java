package io.millrace.gpu.cache;

import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.program.TorchType;

/**
 * Size and element type of a KV pool.
 *
 * @param layers of the model
 * @param kvHeads key-value heads per layer
 * @param headDim values per head
 * @param blockTokens tokens per block
 * @param type of every element
 */
public record KvShape(int layers, int kvHeads, int headDim, int blockTokens, TorchType type) {

    /** The pool of a model. */
    public static KvShape of(ModelConfig model, int blockTokens, TorchType type) {
        return new KvShape(model.layers(), model.kvHeads(), model.headDim(), blockTokens, type);
    }

    /** The bytes of so many values for each token of a block, in the pool's type. */
    public long bytesPerBlock(int valuesPerToken) {
        return (long) valuesPerToken * type.bytes() * blockTokens;
    }

    /** {@code 2 * layers * kv heads * head * bytes per value} per token of the block. */
    public long bytesPerBlock() {
        return 2L * layers * kvHeads * headDim * type.bytes() * blockTokens;
    }
}
