package io.millrace.gpu.model;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Optional;

/**
 * One weight of a model in Hugging Face's layout ({@code [out, in]}, rotary halves split), wherever
 * and however it is stored. Safe for use by many threads.
 */
public final class Weight {

    private final WeightRole role;
    private final WeightSource source;
    private final TensorInfo info;

    /** Heads whose rows lie in pairs, 0 if they lie as they should. */
    private final int pairedHeads;

    Weight(WeightRole role, WeightSource source, TensorInfo info, int pairedHeads) {
        this.role = role;
        this.source = source;
        this.info = info;
        this.pairedHeads = pairedHeads;
    }

    /** What it is for. */
    public WeightRole role() {
        return role;
    }

    /** The tensor that holds it. */
    public TensorInfo info() {
        return info;
    }

    /** Outermost dimension first. */
    public long[] shape() {
        return info.shape().clone();
    }

    /** The number of values. */
    public long elements() {
        return info.elements();
    }

    /** Writes all values, row-major, and advances the target by as many. */
    public void readFloats(FloatBuffer target) {
        readRows(0, info.rows(), target);
    }

    /** Writes the values of some rows and advances the target by as many. */
    public void readRows(long firstRow, long rows, FloatBuffer target) {
        if (pairedHeads == 0) {
            source.readRows(info.name(), firstRow, rows, target);
        } else if (info.shape().length == 1) {
            readPairs(target);
        } else {
            readPairedRows(firstRow, rows, target);
        }
    }

    /**
     * The stored bytes if they are F32, F16 or BF16 values in the right order: mapped, read-only,
     * little-endian. Empty if the values must be converted by {@link #readFloats}.
     *
     * @throws IllegalArgumentException if they are more than 2 GiB
     */
    public Optional<ByteBuffer> raw() {
        return pairedHeads == 0 && info.type().plainFloat()
                ? Optional.of(source.raw(info.name()))
                : Optional.empty();
    }

    /**
     * GGUF keeps the rows of a Llama head so that rows 2j and 2j + 1 rotate together ({@code
     * LlamaModel.permute} of llama.cpp's convert_hf_to_gguf.py); here rows j and j + headDim / 2
     * do.
     */
    private void readPairedRows(long firstRow, long rows, FloatBuffer target) {
        if (firstRow < 0 || rows < 0 || firstRow > info.rows() - rows) {
            throw new IllegalArgumentException(
                    "rows: %d from %d (expected: within %s)".formatted(rows, firstRow, info));
        }
        int headDim = (int) (info.rows() / pairedHeads);
        int rowLength = Math.toIntExact(info.rowLength());
        FloatBuffer head = FloatBuffer.allocate(Math.multiplyExact(headDim, rowLength));
        long loaded = -1;
        for (long row = firstRow; row < firstRow + rows; row++) {
            if (row / headDim != loaded) {
                loaded = row / headDim;
                source.readRows(info.name(), loaded * headDim, headDim, head.clear());
            }
            int from = pairedPlace((int) (row % headDim), headDim);
            target.put(head.array(), from * rowLength, rowLength);
        }
    }

    private void readPairs(FloatBuffer target) {
        FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(info.elements()));
        source.readFloats(info.name(), all);
        int headDim = all.capacity() / pairedHeads;
        for (int i = 0; i < all.capacity(); i++) {
            int place = i % headDim;
            target.put(all.get(i - place + pairedPlace(place, headDim)));
        }
    }

    private static int pairedPlace(int place, int headDim) {
        int half = headDim / 2;
        return place < half ? 2 * place : 2 * (place - half) + 1;
    }

    @Override
    public String toString() {
        return role + " = " + info;
    }
}
