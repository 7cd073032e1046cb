package io.millrace.gpu.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.gpu.model.LayerWeights;
import io.millrace.gpu.model.Weight;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads weights from their files into float32 tensors. They pass through one staging buffer in
 * pieces, so no second copy of a matrix is ever in memory. The caller closes what it is given. Used
 * by one thread.
 */
public final class WeightReader {

    private static final int STAGING_BYTES = 64 << 20;

    private final Program program;
    private final PtNDManager manager;
    private final ByteBuffer staging =
            ByteBuffer.allocateDirect(STAGING_BYTES).order(ByteOrder.nativeOrder());

    /**
     * A reader onto a manager's device.
     *
     * @param program one with the part {@code matrices.py}, for its {@code put_rows}
     */
    public WeightReader(Program program, PtNDManager manager) {
        this.program = program;
        this.manager = manager;
    }

    /** All of a layer. */
    LayerTensors layer(LayerWeights layer) {
        return new LayerTensors(
                List.of(
                        matrix(layer.query(), layer.key(), layer.value()),
                        matrix(layer.output()),
                        matrix(layer.gate(), layer.up()),
                        matrix(layer.down())),
                List.of(
                        vector(layer.inputNorm()),
                        vector(layer.postAttentionNorm()),
                        vector(layer.queryBias(), layer.keyBias(), layer.valueBias()),
                        vector(layer.outputBias()),
                        vector(layer.gateBias(), layer.upBias()),
                        vector(layer.downBias()),
                        vector(layer.queryNorm()),
                        vector(layer.keyNorm())));
    }

    /** Float32 [sum of rows, columns]. */
    public PtNDArray matrix(Weight... stacked) {
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
                        program.run(
                                "put_rows",
                                target,
                                call.own(IValue.from(firstTargetRow + row)),
                                call.own(IValue.from((PtNDArray) piece))));
            }
        }
    }

    /** Float32 of all values one after the other; empty where a weight is absent. */
    PtNDArray vector(@Nullable Weight... parts) {
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
}
