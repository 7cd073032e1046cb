package io.millrace.gpu.decode;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.util.List;

/** Weights as they are, for formats that need nothing else. */
final class Unprepared implements WeightPreparation {

    private final PtNDManager manager;

    Unprepared(PtNDManager manager) {
        this.manager = manager;
    }

    @Override
    public void embedding(PtNDArray embedding, List<PtNDArray> rotary) {}

    @Override
    public PtNDArray unfolded(PtNDArray finalNorm) {
        return finalNorm;
    }

    @Override
    public List<Site> layer(LayerTensors layer, int index) {
        return List.of();
    }

    @Override
    public List<Site> head(PtNDArray head, PtNDArray finalNorm) {
        return List.of();
    }

    @Override
    public PtNDArray basis() {
        return manager.create(new Shape(0, 0), DataType.FLOAT32);
    }

    @Override
    public void close() {}
}
