package io.millrace.gpu.decode;

import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.gpu.model.LayerWeights;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.Weights;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.TorchType;
import io.millrace.gpu.program.Values;
import io.millrace.gpu.program.WeightFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a model's weights from its files into the lists that the decoder program takes, one layer
 * after the other.
 */
final class WeightLoader {

    private final Program decoder;
    private final PtNDManager manager;
    private final WeightFormat format;
    private final WeightReader reader;
    private final List<PtNDArray> others = new ArrayList<>();
    private final IValue matrices;

    private WeightLoader(Program decoder, PtNDManager manager, WeightFormat format) {
        this.decoder = decoder;
        this.manager = manager;
        this.format = format;
        this.reader = new WeightReader(decoder, manager);
        this.matrices = decoder.run("no_matrices");
    }

    /**
     * The decoder's lists. The caller closes them.
     *
     * @param weights embedding, final norm, rotary tables, 8 per layer; the model's own final norm
     *     and the basis of the residual stream
     * @param matrices four per layer, then the head, in the engine's format
     */
    record Lists(IValue weights, IValue matrices) {}

    /** Loads with a preparation, which stays the caller's. */
    static Lists load(
            Program decoder,
            PtNDManager manager,
            WeightFormat format,
            Weights weights,
            ModelConfig config,
            WeightPreparation preparation) {
        return new WeightLoader(decoder, manager, format).load(weights, config, preparation);
    }

    private Lists load(Weights weights, ModelConfig config, WeightPreparation preparation) {
        PtNDArray finalNorm = reader.vector(weights.finalNorm());
        List<PtNDArray> rotary = rotaryTables(config);
        PtNDArray embedding = reader.matrix(weights.embedding());
        preparation.embedding(embedding, rotary);
        TorchType type = format == WeightFormat.FP32 ? TorchType.FLOAT32 : TorchType.BFLOAT16;
        others.add(cast(embedding, type));
        others.add(preparation.unfolded(finalNorm));
        others.addAll(rotary);
        List<LayerWeights> layers = weights.layers();
        for (int i = 0; i < layers.size(); i++) {
            LayerTensors layer = reader.layer(layers.get(i));
            add(layer.matrices(), preparation.layer(layer, i));
            others.addAll(layer.vectors());
        }
        PtNDArray head = reader.matrix(weights.head());
        add(List.of(head), preparation.head(head, finalNorm));
        others.add(finalNorm);
        others.add(preparation.basis());
        return new Lists(IValue.listFrom(others.toArray(new PtNDArray[0])), matrices);
    }

    /** Appends matrices with what the format needs to know of their inputs, and closes both. */
    private void add(List<PtNDArray> added, List<WeightPreparation.Site> sites) {
        for (int i = 0; i < added.size(); i++) {
            try (Values call = new Values();
                    PtNDArray matrix = added.get(i)) {
                IValue argument = call.own(IValue.from(matrix));
                if (sites.isEmpty()) {
                    call.own(decoder.run("add_matrix", matrices, argument));
                    continue;
                }
                try (PtNDArray centres = sites.get(i).centres()) {
                    IValue block = call.own(IValue.from(sites.get(i).block()));
                    IValue means = call.own(IValue.from(centres));
                    call.own(decoder.run("add_site", matrices, argument, means, block));
                }
            }
        }
    }

    private List<PtNDArray> rotaryTables(ModelConfig config) {
        RotaryTables tables = RotaryTables.of(config);
        Shape shape = new Shape(tables.positions(), tables.half());
        return List.of(
                (PtNDArray) manager.create(tables.cosines(), shape),
                (PtNDArray) manager.create(tables.sines(), shape));
    }

    private PtNDArray cast(PtNDArray array, TorchType type) {
        if (type == TorchType.FLOAT32) {
            return array;
        }
        try (Values call = new Values();
                array) {
            return call.own(
                            decoder.run(
                                    "cast",
                                    call.own(IValue.from(array)),
                                    call.own(IValue.from((long) type.code()))))
                    .toTensor(manager);
        }
    }
}
