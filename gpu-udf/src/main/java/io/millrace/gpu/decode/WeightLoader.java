package io.millrace.gpu.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.gpu.model.LayerWeights;
import io.millrace.gpu.model.ModelConfig;
import io.millrace.gpu.model.Weight;
import io.millrace.gpu.model.Weights;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.TorchType;
import io.millrace.gpu.program.Values;
import io.millrace.gpu.program.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings a model's weights from its files into the lists that the decoder program takes. Matrices
 * pass through one staging buffer in pieces, so no second copy of the model is ever in memory.
 */
final class WeightLoader {

    private static final int STAGING_BYTES = 64 << 20;

    private final Program decoder;
    private final PtNDManager manager;
    private final WeightFormat format;
    private final ByteBuffer staging =
            ByteBuffer.allocateDirect(STAGING_BYTES).order(ByteOrder.nativeOrder());

    WeightLoader(Program decoder, PtNDManager manager, WeightFormat format) {
        this.decoder = decoder;
        this.manager = manager;
        this.format = format;
    }

    /** Four matrices per layer, then the head, in the engine's format. The caller closes it. */
    IValue matrices(Weights weights) {
        IValue list = decoder.run("no_matrices");
        for (LayerWeights layer : weights.layers()) {
            add(list, layer.query(), layer.key(), layer.value());
            add(list, layer.output());
            add(list, layer.gate(), layer.up());
            add(list, layer.down());
        }
        add(list, weights.head());
        return list;
    }

    /** The decoder's {@code weights}: embedding, final norm, rotary tables, 8 per layer. */
    IValue others(Weights weights, ModelConfig config) {
        TorchType embedding = format == WeightFormat.FP32 ? TorchType.FLOAT32 : TorchType.BFLOAT16;
        List<PtNDArray> list = new ArrayList<>();
        list.add(cast(matrix(weights.embedding()), embedding));
        list.add(vector(weights.finalNorm()));
        list.addAll(rotaryTables(config));
        for (LayerWeights layer : weights.layers()) {
            list.add(vector(layer.inputNorm()));
            list.add(vector(layer.postAttentionNorm()));
            list.add(vector(layer.queryBias(), layer.keyBias(), layer.valueBias()));
            list.add(vector(layer.outputBias()));
            list.add(vector(layer.gateBias(), layer.upBias()));
            list.add(vector(layer.downBias()));
            list.add(vector(layer.queryNorm()));
            list.add(vector(layer.keyNorm()));
        }
        return IValue.listFrom(list.toArray(new PtNDArray[0]));
    }

    private void add(IValue matrices, Weight... stacked) {
        try (Values call = new Values();
                PtNDArray matrix = matrix(stacked)) {
            IValue argument = call.own(IValue.from(matrix));
            call.own(decoder.run("add_matrix", matrices, argument));
        }
    }

    /** Float32 [sum of rows, columns]. */
    private PtNDArray matrix(Weight... stacked) {
        long columns = stacked[0].shape()[1];
        long rows = 0;
        for (Weight weight : stacked) {
            rows += weight.shape()[0];
        }
        PtNDArray target = manager.create(new Shape(rows, columns), DataType.FLOAT32);
        try (Values call = new Values()) {
            IValue targetValue = call.own(IValue.from(target));
            long at = 0;
            for (Weight weight : stacked) {
                copyRows(weight, columns, targetValue, at);
                at += weight.shape()[0];
            }
        }
        return target;
    }

    private void copyRows(Weight weight, long columns, IValue target, long firstTargetRow) {
        long rows = weight.shape()[0];
        long perPiece = Math.max(1, STAGING_BYTES / (columns * Float.BYTES));
        for (long row = 0; row < rows; row += perPiece) {
            long count = Math.min(perPiece, rows - row);
            FloatBuffer floats = staging.clear().asFloatBuffer();
            weight.readRows(row, count, floats);
            ByteBuffer bytes =
                    staging.slice(0, floats.position() * Float.BYTES)
                            .order(ByteOrder.nativeOrder());
            try (Values call = new Values();
                    NDArray piece =
                            manager.create(bytes, new Shape(count, columns), DataType.FLOAT32)) {
                call.own(
                        decoder.run(
                                "put_rows",
                                target,
                                call.own(IValue.from(firstTargetRow + row)),
                                call.own(IValue.from((PtNDArray) piece))));
            }
        }
    }

    /** Float32 of all values one after the other; empty where a weight is absent. */
    private PtNDArray vector(@Nullable Weight... parts) {
        int length = 0;
        for (Weight part : parts) {
            length += part == null ? 0 : (int) part.elements();
        }
        FloatBuffer values = FloatBuffer.allocate(length);
        if (length > 0) {
            for (Weight part : parts) {
                Objects.requireNonNull(part, "one of several biases is absent").readFloats(values);
            }
        }
        return (PtNDArray) manager.create(values.array(), new Shape(length));
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
