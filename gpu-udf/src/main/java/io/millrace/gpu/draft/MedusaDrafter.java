package io.millrace.gpu.draft;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.ConfidenceTree;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.MedusaChoices;
import io.millrace.core.speculate.TokenTree;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Medusa (2401.10774): heads on the last hidden state guess the next places independently, all in
 * one call; the tree takes the combinations that the heads together think most probable, or those
 * of a published static tree. Holds nothing of a sequence.
 */
final class MedusaDrafter implements Drafter {

    private final DraftContext context;
    private final Program program;
    private final DraftMatrices weights;
    private final IValue vectors;
    private final IValue ids;
    private final Heads heads;
    private final int best;
    private final List<MedusaChoices> choices;
    private final DraftShape shape;

    /**
     * What the heads are.
     *
     * @param count heads, each of them one place further
     * @param blocks residual blocks of each
     * @param vocabulary the words that they score
     */
    record Heads(int count, int blocks, DraftVocabulary vocabulary) {}

    MedusaDrafter(
            SpeculationSettings settings,
            DraftContext context,
            Program program,
            DraftMatrices weights,
            Heads heads) {
        this.context = context;
        this.program = program;
        this.weights = weights;
        this.vectors = weights.vectors();
        this.ids = weights.ids(heads.vocabulary());
        this.heads = heads;
        this.choices = settings.staticTrees(heads.count());
        int wanted = choices.stream().mapToInt(MedusaChoices::candidates).max().orElse(0);
        this.best = Math.min(Math.max(wanted, settings.branching()), heads.vocabulary().size());
        int depth = Math.min(settings.maxDepth(), heads.count());
        this.shape =
                DraftShape.oneCall(Drafters.MEDUSA, depth, Math.max(depth, settings.maxNodes()));
    }

    @Override
    public DraftShape shape() {
        return shape;
    }

    @Override
    public List<TokenTree> draft(List<DraftRequest> requests) {
        double[] values = score(requests);
        return IntStream.range(0, requests.size())
                .mapToObj(i -> tree(values, requests.get(i), i, requests.size()))
                .toList();
    }

    /** Float64 [heads, requests, 2 * best], flat. */
    double[] score(List<DraftRequest> requests) {
        long[] slots = new long[requests.size()];
        for (int i = 0; i < slots.length; i++) {
            Sequence sequence = requests.get(i).sequence();
            slots[i] = sequence.blocks().slot(sequence.length() - 2);
        }
        try (NDManager step = context.manager().newSubManager();
                Values call = new Values()) {
            return call.own(
                            program.run(
                                    "draft",
                                    context.features(),
                                    call.own(IValue.from((PtNDArray) step.create(slots))),
                                    vectors,
                                    weights.matrices(),
                                    ids,
                                    call.own(IValue.from((long) heads.count())),
                                    call.own(IValue.from((long) heads.blocks())),
                                    call.own(IValue.from((long) best))))
                    .toTensor((PtNDManager) step)
                    .toDoubleArray();
        }
    }

    private TokenTree tree(double[] values, DraftRequest request, int index, int count) {
        int depth = Math.min(request.maxDepth(), heads.count());
        int[][] tokens = new int[depth][best];
        float[][] logProbabilities = new float[depth][best];
        for (int head = 0; head < depth; head++) {
            int from = (head * count + index) * 2 * best;
            for (int i = 0; i < best; i++) {
                logProbabilities[head][i] = (float) values[from + i];
                tokens[head][i] = (int) values[from + best + i];
            }
        }
        return choices.isEmpty()
                ? ConfidenceTree.of(tokens, logProbabilities, request.maxNodes())
                : choices.get(depth - 1).tree(tokens, logProbabilities).prune(request.maxNodes());
    }

    @Override
    public void close() {
        weights.close();
        program.close();
    }
}
