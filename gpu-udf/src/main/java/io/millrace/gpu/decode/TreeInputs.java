package io.millrace.gpu.decode;

import ai.djl.ndarray.types.Shape;
import io.millrace.core.speculate.TreeMask;
import java.util.Arrays;

/**
 * What the decoder program needs to know of a group whose sequences verify drafts: which rows its
 * queries are, and which rows of its tree each sees.
 *
 * @param gathers [sequences * queries] the row of each query, short trees padded with their root
 * @param kept [rows] the queries that are rows
 * @param bases [sequences] the position of each root
 * @param masks float32 {@link #shape()}, 0 where a query sees a row of its tree
 * @param shape [sequences, queries, queries]
 */
record TreeInputs(long[] gathers, long[] kept, long[] bases, float[] masks, Shape shape) {

    private static final long[] EMPTY = {};

    /** Of a group without drafts. */
    static final TreeInputs NONE =
            new TreeInputs(EMPTY, EMPTY, EMPTY, new float[0], new Shape(0, 0, 0));

    private static final float HIDDEN = -1.0e30f;

    static TreeInputs of(QueryGroups.Group group, int firstRow) {
        int sequences = group.work().size();
        int queries = group.queries();
        long[] gathers = new long[sequences * queries];
        long[] kept = new long[group.size()];
        long[] bases = new long[sequences];
        float[] masks = new float[sequences * queries * queries];
        Arrays.fill(masks, HIDDEN);
        int row = 0;
        for (int i = 0; i < sequences; i++) {
            StepWork work = group.work().get(i);
            bases[i] = work.work().from();
            int root = firstRow + row;
            int own = i * queries * queries;
            TreeMask.of(work.draft()).writeTo(masks, own, queries, 0, HIDDEN);
            for (int query = 0; query < queries; query++) {
                boolean isRow = query < work.rows();
                gathers[i * queries + query] = isRow ? root + query : root;
                if (isRow) {
                    kept[row++] = (long) i * queries + query;
                } else {
                    masks[own + query * queries] = 0;
                }
            }
        }
        return new TreeInputs(gathers, kept, bases, masks, new Shape(sequences, queries, queries));
    }
}
