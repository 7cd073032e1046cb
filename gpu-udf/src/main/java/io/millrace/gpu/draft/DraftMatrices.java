package io.millrace.gpu.draft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.gpu.decode.WeightReader;
import io.millrace.gpu.model.Weight;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.TorchType;
import io.millrace.gpu.program.Values;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights of a draft program as it takes them: matrices in the engine's format and plain
 * float32 vectors. For the engine's thread; {@link #close()} frees them.
 */
final class DraftMatrices implements AutoCloseable {

    private final Program program;
    private final PtNDManager manager;
    private final Values owned = new Values();
    private final IValue matrices;
    private final List<PtNDArray> vectors = new ArrayList<>();

    /** For a program with the part {@code matrices.py}. */
    DraftMatrices(Program program, PtNDManager parent) {
        this.program = program;
        this.manager = (PtNDManager) parent.newSubManager();
        this.matrices = owned.own(program.run("no_matrices"));
    }

    /** Appends a matrix [rows, columns], row-major. */
    void matrix(float[] values, int rows, int columns) {
        try (NDArray view = manager.create(values, new Shape(rows, columns));
                // The view borrows a buffer of Java's, which goes away with it.
                PtNDArray copy = (PtNDArray) view.duplicate()) {
            add(copy);
        }
    }

    private void add(PtNDArray matrix) {
        try (Values call = new Values()) {
            call.own(program.run("add_matrix", matrices, call.own(IValue.from(matrix))));
        }
    }

    /** Appends the rows of a weight that belong to words. */
    void rows(Weight weight, DraftVocabulary words) {
        if (words.isWhole()) {
            try (PtNDArray whole = new WeightReader(program, manager).matrix(weight)) {
                add(whole);
            }
            return;
        }
        int columns = Math.toIntExact(weight.shape()[1]);
        matrix(rowsOf(weight, words.words(), columns), words.size(), columns);
    }

    private static float[] rowsOf(Weight weight, int[] rows, int columns) {
        FloatBuffer values = FloatBuffer.allocate(Math.multiplyExact(rows.length, columns));
        // Runs of neighbours in one read: a quantised block is decoded once.
        int from = 0;
        for (int i = 1; i <= rows.length; i++) {
            if (i == rows.length || rows[i] != rows[i - 1] + 1) {
                weight.readRows(rows[from], i - from, values);
                from = i;
            }
        }
        return values.array();
    }

    /** Appends a vector, or any other tensor that is not multiplied as a matrix. */
    void vector(float[] values, long... shape) {
        vectors.add((PtNDArray) manager.create(values, new Shape(shape)));
    }

    /** Appends an embedding [words, hidden] among the vectors, in the type of the pool. */
    void embedding(Weight weight, TorchType type) {
        try (PtNDArray matrix = new WeightReader(program, manager).matrix(weight)) {
            vectors.add(cast(matrix, type));
        }
    }

    /** The same of values [words, hidden], row-major. */
    void embedding(float[] values, int words, int hidden, TorchType type) {
        try (NDArray view = manager.create(values, new Shape(words, hidden));
                PtNDArray copy = (PtNDArray) view.duplicate()) {
            vectors.add(cast(copy, type));
        }
    }

    private PtNDArray cast(PtNDArray matrix, TorchType type) {
        try (Values call = new Values()) {
            IValue code = call.own(IValue.from((long) type.code()));
            return call.own(program.run("cast", call.own(IValue.from(matrix)), code))
                    .toTensor(manager);
        }
    }

    /** The program's {@code matrices}; owned by this. */
    IValue matrices() {
        return matrices;
    }

    /** The program's {@code vectors}: call once, after the last was added; owned by this. */
    IValue vectors() {
        return owned.own(IValue.listFrom(vectors.toArray(new PtNDArray[0])));
    }

    /** Int64 ids of words, as programs take them: empty for the whole vocabulary. Owned by this. */
    IValue ids(DraftVocabulary words) {
        int[] ids = words.isWhole() ? new int[0] : words.words();
        long[] longs = IntStream.of(ids).asLongStream().toArray();
        return owned.own(IValue.from((PtNDArray) manager.create(longs)));
    }

    @Override
    public void close() {
        owned.close();
        manager.close();
    }
}
