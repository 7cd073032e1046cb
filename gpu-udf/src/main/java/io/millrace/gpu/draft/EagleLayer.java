package io.millrace.gpu.draft;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.memory.BlockTable;
import io.millrace.core.schedule.Sequence;
import io.millrace.gpu.cache.KvCache;
import io.millrace.gpu.cache.KvShape;
import io.millrace.gpu.decode.QueryGroups;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import java.util.ArrayList;
import java.util.List;

/**
 * An EAGLE layer that is loaded: computes true rows into its keys and values, and trees below them.
 * Used by the engine's thread; closing it frees native memory.
 */
final class EagleLayer implements AutoCloseable {

    private final DraftContext context;
    private final Program program;
    private final DraftMatrices weights;
    private final KvCache cache;
    private final QueryGroups groups;
    private final Values owned = new Values();
    private final IValue vectors;
    private final IValue ids;
    private final IValue shape;
    private final IValue epsilon;
    private final int words;

    /**
     * Its dimensions.
     *
     * @param third whether it is EAGLE-3's
     */
    record Dimensions(int heads, int kvHeads, int headDim, boolean third) {}

    EagleLayer(
            DraftContext context,
            Program program,
            DraftMatrices weights,
            KvShape kv,
            Dimensions dimensions,
            double epsilon,
            DraftVocabulary vocabulary) {
        this.context = context;
        this.program = program;
        this.weights = weights;
        this.cache = new KvCache(program, context.manager(), kv, context.blocks(), 0);
        this.groups = new QueryGroups(context.blockTokens());
        this.vectors = weights.vectors();
        this.ids = weights.ids(vocabulary);
        this.words = vocabulary.size();
        this.shape =
                owned.own(
                        IValue.listFrom(
                                dimensions.heads(),
                                dimensions.kvHeads(),
                                dimensions.headDim(),
                                dimensions.third() ? 3L : 1L));
        this.epsilon = owned.own(IValue.from(epsilon));
    }

    /** How many words its head scores. */
    int words() {
        return words;
    }

    /**
     * Computes true rows.
     *
     * @param work rows by their feature's position
     * @return outputs [work, hidden] of each one's last row, and whose they are; the caller closes
     *     them
     */
    Extended extend(List<StepWork> work) {
        StepInputs inputs = StepInputs.ahead(groups.of(work), context.blockTokens());
        try (NDManager step = context.manager().newSubManager();
                Values call = new Values()) {
            List<IValue> arguments = new ArrayList<>(inputs.arguments(step, call));
            arguments.addAll(
                    List.of(
                            context.features(),
                            vectors,
                            weights.matrices(),
                            cache.keys(),
                            cache.values(),
                            shape,
                            epsilon));
            IValue outputs = program.run("extend", arguments.toArray(new IValue[0]));
            return new Extended(
                    outputs, inputs.sampled().stream().map(StepWork::sequence).toList());
        }
    }

    /** The outputs of true rows, and the sequences that they belong to, in their order. */
    record Extended(IValue outputs, List<Sequence> sequences) implements AutoCloseable {
        @Override
        public void close() {
            outputs.close();
        }
    }

    /**
     * Grows trees below last true rows.
     *
     * @param best children per node and nodes per level
     * @param levels below the root's children
     * @return [sequences * (2 * best + levels * (2 * best * best + best))], see the program
     */
    double[] expand(Extended last, int best, int levels) {
        int count = last.sequences().size();
        int blocks = 1;
        long[] lengths = new long[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = last.sequences().get(i).length() - 1L;
            blocks = Math.max(blocks, (int) (lengths[i] - 1) / context.blockTokens() + 1);
        }
        long[] table = new long[count * blocks];
        for (int i = 0; i < count; i++) {
            BlockTable own = last.sequences().get(i).blocks();
            for (int j = 0; j < Math.min(blocks, own.blockCount()); j++) {
                table[i * blocks + j] = own.block(j);
            }
        }
        try (NDManager step = context.manager().newSubManager();
                Values call = new Values()) {
            PtNDArray tables = (PtNDArray) step.create(table, new Shape(count, blocks));
            return call.own(
                            program.run(
                                    "expand",
                                    last.outputs(),
                                    call.own(IValue.from(tables)),
                                    call.own(IValue.from((PtNDArray) step.create(lengths))),
                                    vectors,
                                    weights.matrices(),
                                    cache.keys(),
                                    cache.values(),
                                    ids,
                                    shape,
                                    epsilon,
                                    call.own(IValue.from((long) best)),
                                    call.own(IValue.from((long) levels))))
                    .toTensor((PtNDManager) step)
                    .toDoubleArray();
        }
    }

    @Override
    public void close() {
        cache.close();
        owned.close();
        weights.close();
        program.close();
    }
}
