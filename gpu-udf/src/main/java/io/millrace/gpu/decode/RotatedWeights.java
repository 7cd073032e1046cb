package io.millrace.gpu.decode;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.millrace.gpu.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Prepares weights for formats that round what they multiply: turned by a {@link Rotation}, down's
 * input evened out, and every product centred by a {@link Calibration}. In exact arithmetic the
 * model is the same. For all families, since all of them put RMSNorms before their matrices.
 */
final class RotatedWeights implements WeightPreparation {

    private final PtNDManager manager;
    private final Rotation rotation;
    private final Calibration calibration;
    private final PtNDArray none;
    private final PtNDArray block;

    /**
     * @param texts token ids to calibrate with
     */
    RotatedWeights(ModelConfig config, List<int[]> texts, PtNDManager parent) {
        manager = (PtNDManager) parent.newSubManager();
        rotation = new Rotation(config, manager);
        calibration = new Calibration(config, texts, manager);
        none = manager.create(new Shape(0, 0), DataType.FLOAT32);
        block = rotation.block();
    }

    @Override
    public void embedding(PtNDArray embedding, List<PtNDArray> rotary) {
        rotation.turnInputs(embedding);
        calibration.begin(embedding, rotary);
    }

    @Override
    public PtNDArray unfolded(PtNDArray finalNorm) {
        return (PtNDArray) finalNorm.onesLike();
    }

    @Override
    public List<Site> layer(LayerTensors layer, int index) {
        rotation.turn(layer);
        List<PtNDArray> inputs = calibration.inputs(layer, index);
        calibration.balance(layer, inputs.get(inputs.size() - 1));
        List<Site> sites = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            sites.add(site(inputs.get(i), i < inputs.size() - 1 ? none : block));
        }
        return sites;
    }

    @Override
    public List<Site> head(PtNDArray head, PtNDArray finalNorm) {
        rotation.turnInputs(head, finalNorm);
        return List.of(site(calibration.headInputs(), none));
    }

    private Site site(PtNDArray inputs, PtNDArray turned) {
        try (inputs) {
            return new Site(calibration.centres(inputs), turned);
        }
    }

    @Override
    public PtNDArray basis() {
        return rotation.basis();
    }

    @Override
    public void close() {
        calibration.close();
        rotation.close();
        manager.close();
    }
}
