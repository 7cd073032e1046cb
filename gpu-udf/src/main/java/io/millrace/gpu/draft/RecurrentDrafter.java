package io.millrace.gpu.draft;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.TokenTree;
import io.millrace.core.speculate.TreeMerge;
import io.millrace.gpu.program.Program;
import io.millrace.gpu.program.Values;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Apple's recurrent drafter (2403.09919): a beam search from the model's last hidden state, all of
 * it in one call; beams that begin alike share what is verified. Holds nothing of a sequence.
 *
 * <p>As many beams as {@code engine.speculation.branching} says, 10 in the published code, each as
 * long as the planner finds worthwhile.
 */
final class RecurrentDrafter implements Drafter {

    // The published drafter gives all other words no probability.
    private static final int CANDIDATES = 50;

    private final DraftContext context;
    private final Program program;
    private final DraftMatrices weights;
    private final Values owned = new Values();
    private final IValue vectors;
    private final IValue ids;
    private final IValue network;
    private final int candidates;
    private final int beams;
    private final DraftShape shape;

    /**
     * What the network is.
     *
     * @param projected whether context and state are projected before the blocks
     * @param blocks residual blocks
     * @param recurrent whether the state has matrices of its own
     * @param vocabulary the words that it scores
     */
    record Network(boolean projected, int blocks, boolean recurrent, DraftVocabulary vocabulary) {}

    RecurrentDrafter(
            SpeculationSettings settings,
            DraftContext context,
            Program program,
            DraftMatrices weights,
            Network network) {
        this.context = context;
        this.program = program;
        this.weights = weights;
        this.vectors = weights.vectors();
        this.ids = weights.ids(network.vocabulary());
        this.network =
                owned.own(
                        IValue.listFrom(
                                network.projected() ? 1L : 0,
                                network.blocks(),
                                network.recurrent() ? 1L : 0));
        this.candidates = Math.min(CANDIDATES, network.vocabulary().size());
        this.beams = Math.min(settings.branching(), candidates);
        int nodes = Math.max(settings.maxDepth(), settings.maxNodes());
        this.shape = DraftShape.callPerLevel(Drafters.RECURRENT, settings.maxDepth(), nodes, beams);
    }

    @Override
    public DraftShape shape() {
        return shape;
    }

    @Override
    public List<TokenTree> draft(List<DraftRequest> requests) {
        int levels = requests.stream().mapToInt(DraftRequest::maxDepth).max().orElse(1);
        double[] values = search(requests, levels);
        int stride = values.length / requests.size();
        return IntStream.range(0, requests.size())
                .mapToObj(i -> tree(values, i * stride, levels, requests.get(i)))
                .toList();
    }

    /** Float64 [requests, levels * 3 * beams], flat; see the program. */
    private double[] search(List<DraftRequest> requests, int levels) {
        long[] slots = new long[requests.size()];
        long[] tokens = new long[requests.size()];
        for (int i = 0; i < slots.length; i++) {
            Sequence sequence = requests.get(i).sequence();
            slots[i] = sequence.blocks().slot(sequence.length() - 2);
            tokens[i] = sequence.token(sequence.length() - 1);
        }
        try (NDManager step = context.manager().newSubManager();
                Values call = new Values()) {
            return call.own(
                            program.run(
                                    "draft",
                                    context.features(),
                                    call.own(IValue.from((PtNDArray) step.create(slots))),
                                    call.own(IValue.from((PtNDArray) step.create(tokens))),
                                    vectors,
                                    weights.matrices(),
                                    ids,
                                    network,
                                    call.own(IValue.from((long) beams)),
                                    call.own(IValue.from((long) candidates)),
                                    call.own(IValue.from((long) levels))))
                    .toTensor((PtNDManager) step)
                    .toDoubleArray();
        }
    }

    /** The beams of the last level, followed back to the first. */
    private TokenTree tree(double[] values, int from, int levels, DraftRequest request) {
        int[][] tokens = new int[beams][levels];
        float[][] logProbabilities = new float[beams][levels];
        for (int beam = 0; beam < beams; beam++) {
            int at = beam;
            for (int level = levels - 1; level >= 0; level--) {
                int start = from + level * 3 * beams + at;
                tokens[beam][level] = (int) values[start + beams];
                logProbabilities[beam][level] = (float) values[start + 2 * beams];
                at = (int) values[start];
            }
            int depth = request.maxDepth();
            tokens[beam] = Arrays.copyOf(tokens[beam], depth);
            logProbabilities[beam] = Arrays.copyOf(logProbabilities[beam], depth);
        }
        return TreeMerge.ofSequences(tokens, logProbabilities).prune(request.maxNodes());
    }

    @Override
    public void close() {
        owned.close();
        weights.close();
        program.close();
    }
}
