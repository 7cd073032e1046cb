package io.millrace.gpu.decode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.memory.BlockTable;
import io.millrace.gpu.program.Values;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The next level of many trees as the decoder program takes it: one group, every row an output, in
 * the order of the branches. Immutable once built.
 */
public final class BranchInputs implements DecoderInputs {

    private static final float HIDDEN = -1.0e30f;

    private final List<Branch> branches;
    private final int queries;
    private final int width;
    private final int blocks;
    private final long[] tokens;
    private final long[] positions;
    private final long[] slots;
    private final long[] table;
    private final long[] gathers;
    private final long[] kept;
    private final long[] bases;
    private final float[] masks;

    /** For a pool with so many tokens per block. */
    public BranchInputs(List<Branch> branches, int blockTokens) {
        this.branches = List.copyOf(branches);
        int sequences = branches.size();
        this.queries = branches.stream().mapToInt(b -> b.tokens().length).max().orElseThrow();
        this.width = branches.stream().mapToInt(Branch::width).max().orElseThrow();
        int reach = branches.stream().mapToInt(b -> b.root() + width).max().orElseThrow();
        this.blocks = (reach + blockTokens - 1) / blockTokens;
        int rows = branches.stream().mapToInt(b -> b.tokens().length).sum();
        this.tokens = new long[rows];
        this.positions = new long[rows];
        this.slots = new long[rows];
        this.table = new long[sequences * blocks];
        this.gathers = new long[sequences * queries];
        this.kept = new long[rows];
        this.bases = new long[sequences];
        this.masks = new float[sequences * queries * width];
        Arrays.fill(masks, HIDDEN);
        int row = 0;
        for (int i = 0; i < sequences; i++) {
            fillTable(i);
            row = fillRows(i, row);
        }
    }

    private void fillTable(int index) {
        BlockTable own = branches.get(index).sequence().blocks();
        for (int j = 0; j < Math.min(blocks, own.blockCount()); j++) {
            table[index * blocks + j] = own.block(j);
        }
    }

    private int fillRows(int index, int firstRow) {
        Branch branch = branches.get(index);
        int count = branch.tokens().length;
        bases[index] = branch.root();
        for (int i = 0; i < count; i++) {
            int row = firstRow + i;
            tokens[row] = branch.tokens()[i];
            positions[row] = (long) branch.root() + branch.depth();
            slots[row] = branch.sequence().blocks().slot(branch.root() + branch.firstRow() + i + 1);
            kept[row] = (long) index * queries + i;
        }
        for (int query = 0; query < queries; query++) {
            int node = query < count ? query : 0;
            gathers[index * queries + query] = (long) firstRow + node;
            int line = (index * queries + query) * width;
            masks[line] = 0;
            for (int seen : branch.seen()[node]) {
                masks[line + 1 + seen] = 0;
            }
        }
        return firstRow + count;
    }

    @Override
    public List<IValue> arguments(NDManager manager, Values call) {
        int sequences = branches.size();
        return List.of(
                tensor(manager, call, tokens),
                tensor(manager, call, positions),
                tensor(manager, call, slots),
                call.own(IValue.listFrom((long) queries)),
                call.own(IValue.listFrom((long) tokens.length)),
                list(call, manager.create(table, new Shape(sequences, blocks))),
                list(call, manager.create(gathers)),
                list(call, manager.create(kept)),
                list(call, manager.create(bases)),
                list(call, manager.create(masks, new Shape(sequences, queries, width))),
                tensor(manager, call, LongStream.range(0, tokens.length).toArray()));
    }

    private static IValue list(Values call, NDArray array) {
        return call.own(IValue.listFrom((PtNDArray) array));
    }

    private static IValue tensor(NDManager manager, Values call, long[] values) {
        return call.own(IValue.from((PtNDArray) manager.create(values)));
    }
}
