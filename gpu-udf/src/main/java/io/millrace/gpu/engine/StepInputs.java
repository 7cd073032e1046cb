package io.millrace.gpu.engine;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.memory.BlockTable;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.Work;
import io.millrace.gpu.program.Values;
import java.util.ArrayList;
import java.util.List;

/**
 * One step as the decoder program takes it: the tokens of all its sequences as flat rows, group by
 * group. Immutable once built.
 */
final class StepInputs {

    private final long[] tokens;
    private final long[] positions;
    private final long[] slots;
    private final long[] queries;
    private final List<long[]> tables = new ArrayList<>();
    private final List<QueryGroups.Group> groups;
    private final List<Work> sampled = new ArrayList<>();
    private final List<Long> outputs = new ArrayList<>();
    private long attendedSlots;
    private long paddedSlots;

    StepInputs(List<QueryGroups.Group> groups, int blockTokens) {
        int rows = 0;
        for (QueryGroups.Group group : groups) {
            rows += group.queries() * group.work().size();
        }
        this.groups = groups;
        this.tokens = new long[rows];
        this.positions = new long[rows];
        this.slots = new long[rows];
        this.queries = groups.stream().mapToLong(QueryGroups.Group::queries).toArray();
        int row = 0;
        for (QueryGroups.Group group : groups) {
            tables.add(new long[group.work().size() * group.blocks()]);
            for (int i = 0; i < group.work().size(); i++) {
                Work work = group.work().get(i);
                fillTable(work, group, i);
                row = fillRows(work, row);
                attendedSlots += (long) group.blocks() * blockTokens;
                paddedSlots += (long) group.blocks() * blockTokens - work.end();
            }
        }
    }

    /** The work whose logits come out, in the order of the outputs. */
    List<Work> sampled() {
        return sampled;
    }

    /** KV slots that the step attends to, padding included. */
    long attendedSlots() {
        return attendedSlots;
    }

    /** Of those, padding. */
    long paddedSlots() {
        return paddedSlots;
    }

    /** tokens, positions, slots, queries, tables, outputs, for the program's step. */
    List<IValue> arguments(NDManager manager, Values call) {
        PtNDArray[] tableArrays = new PtNDArray[groups.size()];
        for (int i = 0; i < tableArrays.length; i++) {
            QueryGroups.Group group = groups.get(i);
            Shape shape = new Shape(group.work().size(), group.blocks());
            tableArrays[i] = (PtNDArray) manager.create(tables.get(i), shape);
        }
        long[] rows = outputs.stream().mapToLong(Long::longValue).toArray();
        return List.of(
                tensor(manager, call, tokens),
                tensor(manager, call, positions),
                tensor(manager, call, slots),
                call.own(IValue.listFrom(queries)),
                call.own(IValue.listFrom(tableArrays)),
                tensor(manager, call, rows));
    }

    private static IValue tensor(NDManager manager, Values call, long[] values) {
        return call.own(IValue.from((PtNDArray) manager.create(values)));
    }

    private void fillTable(Work work, QueryGroups.Group group, int index) {
        long[] table = tables.get(tables.size() - 1);
        BlockTable blocks = work.sequence().blocks();
        int known = Math.min(blocks.blockCount(), group.blocks());
        for (int j = 0; j < known; j++) {
            table[index * group.blocks() + j] = blocks.block(j);
        }
    }

    private int fillRows(Work work, int firstRow) {
        Sequence sequence = work.sequence();
        int row = firstRow;
        for (int position = work.from(); position < work.end(); position++) {
            tokens[row] = sequence.token(position);
            positions[row] = position;
            slots[row] = sequence.blocks().slot(position);
            row++;
        }
        if (work.samples()) {
            sampled.add(work);
            outputs.add(row - 1L);
        }
        return row;
    }
}
