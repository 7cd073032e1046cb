package io.millrace.gpu.draft;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.gpu.program.WeightFormat;

/**
 * What a drafter shares with the engine that it drafts for.
 *
 * @param manager owner of native memory on the model's device
 * @param format of weights, products and pool
 * @param features the pool's features [slots, width]; the engine owns them
 * @param blocks of the pool, which draft keys and values use by the same tables
 * @param blockTokens tokens per block
 */
public record DraftContext(
        PtNDManager manager, WeightFormat format, IValue features, int blocks, int blockTokens) {}
