package io.millrace.gpu.decode;

import ai.djl.pytorch.engine.PtNDArray;
import java.util.List;

/**
 * The float32 tensors of one decoder layer, in the order of the programs' lists. A preparation
 * changes their values in place.
 *
 * @param matrices qkv, output, gate-up and down projection, each [out, in]
 * @param vectors input norm, post-attention norm, biases of qkv, output, gate-up and down, norms of
 *     q and k; empty where the model has none
 */
record LayerTensors(List<PtNDArray> matrices, List<PtNDArray> vectors) {

    LayerTensors {
        matrices = List.copyOf(matrices);
        vectors = List.copyOf(vectors);
    }

    PtNDArray queryKeyValue() {
        return matrices.get(0);
    }

    PtNDArray output() {
        return matrices.get(1);
    }

    PtNDArray gateUp() {
        return matrices.get(2);
    }

    PtNDArray down() {
        return matrices.get(3);
    }

    PtNDArray inputNorm() {
        return vectors.get(0);
    }

    PtNDArray postAttentionNorm() {
        return vectors.get(1);
    }

    PtNDArray queryKeyValueBias() {
        return vectors.get(2);
    }

    PtNDArray outputBias() {
        return vectors.get(3);
    }

    PtNDArray gateUpBias() {
        return vectors.get(4);
    }

    PtNDArray downBias() {
        return vectors.get(5);
    }
}
