package io.millrace.gpu.decode;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.memory.BlockTable;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.Work;
import io.millrace.gpu.program.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * One step as the decoder program takes it: the tokens of all its sequences as flat rows, group by
 * group. Immutable once built.
 */
public final class StepInputs implements DecoderInputs {

    private final int ahead;
    private final long[] tokens;
    private final long[] positions;
    private final long[] slots;
    private final List<QueryGroups.Group> groups;
    private final List<long[]> tables = new ArrayList<>();
    private final List<TreeInputs> trees = new ArrayList<>();
    private final List<StepWork> sampled = new ArrayList<>();
    private final long[] outputs;
    private int outputCount;
    private long attendedSlots;
    private long paddedSlots;

    /** A step of the model that answers: every token at its own position. */
    public StepInputs(List<QueryGroups.Group> groups, int blockTokens) {
        this(groups, blockTokens, false);
    }

    /**
     * A step of a layer that pairs each position with the token behind it (EAGLE): the last row of
     * every sequence is an output.
     */
    public static StepInputs ahead(List<QueryGroups.Group> groups, int blockTokens) {
        return new StepInputs(groups, blockTokens, true);
    }

    private StepInputs(List<QueryGroups.Group> groups, int blockTokens, boolean ahead) {
        this.ahead = ahead ? 1 : 0;
        int rows = groups.stream().mapToInt(QueryGroups.Group::size).sum();
        this.groups = groups;
        this.tokens = new long[rows];
        this.positions = new long[rows];
        this.slots = new long[rows];
        this.outputs = new long[rows];
        int row = 0;
        for (QueryGroups.Group group : groups) {
            trees.add(group.speculates() ? TreeInputs.of(group, row) : TreeInputs.NONE);
            tables.add(new long[group.work().size() * group.blocks()]);
            for (int i = 0; i < group.work().size(); i++) {
                StepWork work = group.work().get(i);
                fillTable(work, group, i);
                row = fillRows(work, row);
                attendedSlots += (long) group.blocks() * blockTokens;
                paddedSlots += (long) group.blocks() * blockTokens - work.end();
            }
        }
    }

    /**
     * The work whose logits come out, in the order of the outputs; each has {@link
     * StepWork#outputs()} of them, for the last known token and the drafted ones in their order.
     */
    public List<StepWork> sampled() {
        return sampled;
    }

    /** All the work, group by group. */
    public List<StepWork> work() {
        return groups.stream().flatMap(group -> group.work().stream()).toList();
    }

    /** Tokens that the step computes, drafted ones included. */
    public int rows() {
        return tokens.length;
    }

    /** KV slots that the step attends to, padding included. */
    public long attendedSlots() {
        return attendedSlots;
    }

    /** Of those, padding. */
    public long paddedSlots() {
        return paddedSlots;
    }

    /** The program's arguments from {@code tokens} to {@code outputs}. */
    @Override
    public List<IValue> arguments(NDManager manager, Values call) {
        PtNDArray[] tableArrays = new PtNDArray[groups.size()];
        for (int i = 0; i < tableArrays.length; i++) {
            QueryGroups.Group group = groups.get(i);
            Shape shape = new Shape(group.work().size(), group.blocks());
            tableArrays[i] = (PtNDArray) manager.create(tables.get(i), shape);
        }
        return List.of(
                tensor(manager, call, tokens),
                tensor(manager, call, positions),
                tensor(manager, call, slots),
                call.own(
                        IValue.listFrom(
                                groups.stream().mapToLong(QueryGroups.Group::queries).toArray())),
                call.own(
                        IValue.listFrom(
                                groups.stream().mapToLong(QueryGroups.Group::size).toArray())),
                call.own(IValue.listFrom(tableArrays)),
                perGroup(call, t -> (PtNDArray) manager.create(t.gathers())),
                perGroup(call, t -> (PtNDArray) manager.create(t.kept())),
                perGroup(call, t -> (PtNDArray) manager.create(t.bases())),
                perGroup(call, t -> (PtNDArray) manager.create(t.masks(), t.shape())),
                tensor(manager, call, Arrays.copyOf(outputs, outputCount)));
    }

    private IValue perGroup(Values call, Function<TreeInputs, PtNDArray> array) {
        return call.own(IValue.listFrom(trees.stream().map(array).toArray(PtNDArray[]::new)));
    }

    private static IValue tensor(NDManager manager, Values call, long[] values) {
        return call.own(IValue.from((PtNDArray) manager.create(values)));
    }

    private void fillTable(StepWork work, QueryGroups.Group group, int index) {
        long[] table = tables.get(tables.size() - 1);
        BlockTable blocks = work.sequence().blocks();
        int known = Math.min(blocks.blockCount(), group.blocks());
        for (int j = 0; j < known; j++) {
            table[index * group.blocks() + j] = blocks.block(j);
        }
    }

    private int fillRows(StepWork stepWork, int firstRow) {
        Work work = stepWork.work();
        Sequence sequence = work.sequence();
        int row = firstRow;
        for (int position = work.from(); position < work.end(); position++) {
            tokens[row] = sequence.token(position + ahead);
            positions[row] = position;
            slots[row] = sequence.blocks().slot(position);
            row++;
        }
        int root = work.end() - 1;
        for (int node = 1; node <= stepWork.draft().size(); node++) {
            tokens[row] = stepWork.draft().token(node);
            positions[row] = (long) root + stepWork.draft().depth(node);
            slots[row] = sequence.blocks().slot(root + node);
            row++;
        }
        int wanted = ahead > 0 ? 1 : stepWork.outputs();
        if (wanted > 0) {
            sampled.add(stepWork);
            for (int output = row - wanted; output < row; output++) {
                outputs[outputCount++] = output;
            }
        }
        return row;
    }
}
