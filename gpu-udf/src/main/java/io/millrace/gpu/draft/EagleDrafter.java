package io.millrace.gpu.draft;

import io.millrace.core.schedule.Sequence;
import io.millrace.core.schedule.Work;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.TokenTree;
import io.millrace.core.speculate.TokenTreeBuilder;
import io.millrace.gpu.decode.StepWork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * EAGLE with the dynamic tree of its second version (2401.15077, 2406.16858, 2503.01840): a layer
 * of its own goes on from the model's features, level by level, where it is confident.
 *
 * <p>Its keys and values lie in the pool, in the sequence's own blocks. How far they reach is all
 * that it holds of a sequence: what the model has computed since (a prompt, accepted tokens, all of
 * it after a preemption) is caught up on before the next draft.
 */
final class EagleDrafter implements Drafter {

    // Rows of one sequence and of one call when catching up: bounds the memory of masks and inputs.
    private static final int CHUNK = 256;
    private static final int ROWS = 1_024;

    // A last true row must be part of the call that drafts; a few more beside it cost no call.
    private static final int SHORT = 16;

    private final EagleLayer layer;
    private final int best;
    private final DraftShape shape;
    private final Map<String, Reach> reached = new HashMap<>();

    /** True rows that a sequence has, since its blocks were last taken away. */
    private record Reach(int rows, int preemptions) {}

    EagleDrafter(SpeculationSettings settings, EagleLayer layer) {
        this.layer = layer;
        this.best = Math.min(settings.branching(), layer.words());
        int nodes = Math.max(settings.maxDepth(), settings.maxNodes());
        this.shape = DraftShape.callPerLevel(Drafters.EAGLE, settings.maxDepth(), nodes, best);
    }

    @Override
    public DraftShape shape() {
        return shape;
    }

    @Override
    public List<TokenTree> draft(List<DraftRequest> requests) {
        catchUp(requests);
        List<StepWork> last = new ArrayList<>();
        int depth = 1;
        for (DraftRequest request : requests) {
            last.add(rows(request.sequence(), request.sequence().length() - 1));
            depth = Math.max(depth, request.maxDepth());
        }
        try (EagleLayer.Extended extended = layer.extend(last)) {
            last.forEach(this::reach);
            double[] values = layer.expand(extended, best, depth - 1);
            return trees(requests, extended.sequences(), values, depth - 1);
        }
    }

    private void catchUp(List<DraftRequest> requests) {
        List<StepWork> call = new ArrayList<>();
        int rows = 0;
        for (DraftRequest request : requests) {
            Sequence sequence = request.sequence();
            int target = sequence.length() - 1;
            while (target - reach(sequence) > SHORT) {
                // One row is left for the call that drafts.
                StepWork chunk = rows(sequence, Math.min(reach(sequence) + CHUNK, target - 1));
                if (rows + chunk.rows() > ROWS || contains(call, sequence)) {
                    compute(call);
                    rows = 0;
                }
                call.add(chunk);
                rows += chunk.rows();
                reach(chunk);
            }
        }
        compute(call);
    }

    private static boolean contains(List<StepWork> call, Sequence sequence) {
        return call.stream().anyMatch(work -> work.sequence() == sequence);
    }

    private void compute(List<StepWork> call) {
        if (!call.isEmpty()) {
            layer.extend(call).close();
            call.clear();
        }
    }

    private StepWork rows(Sequence sequence, int end) {
        int from = reach(sequence);
        return StepWork.plain(new Work(sequence, from, end - from));
    }

    private int reach(Sequence sequence) {
        Reach reach = reached.get(sequence.key());
        return reach == null || reach.preemptions() != sequence.preemptions() ? 0 : reach.rows();
    }

    private void reach(StepWork work) {
        Sequence sequence = work.sequence();
        reached.put(sequence.key(), new Reach(work.work().end(), sequence.preemptions()));
    }

    private List<TokenTree> trees(
            List<DraftRequest> requests, List<Sequence> order, double[] values, int levels) {
        Map<String, TokenTree> byKey = new HashMap<>();
        int width = values.length / order.size();
        for (int i = 0; i < order.size(); i++) {
            double[] own = Arrays.copyOfRange(values, i * width, (i + 1) * width);
            byKey.put(order.get(i).key(), tree(own, levels));
        }
        List<TokenTree> result = new ArrayList<>(requests.size());
        for (DraftRequest request : requests) {
            TokenTree tree = byKey.getOrDefault(request.sequence().key(), TokenTree.empty());
            result.add(cut(tree, request));
        }
        return result;
    }

    /** All candidates: the root's children, and those of every node that was expanded. */
    private TokenTree tree(double[] values, int levels) {
        TokenTreeBuilder builder = TokenTree.builder(best + levels * best * best);
        int[] frontier = new int[best];
        for (int i = 0; i < best; i++) {
            frontier[i] = builder.add(0, (int) values[best + i], (float) values[i]);
        }
        int at = 2 * best;
        int children = best * best;
        for (int level = 0; level < levels; level++) {
            int[] nodes = new int[children];
            for (int i = 0; i < children; i++) {
                float logProbability = (float) values[at + i];
                int token = (int) values[at + children + i];
                nodes[i] = builder.add(frontier[i / best], token, logProbability);
            }
            at += 2 * children;
            for (int i = 0; i < best; i++) {
                frontier[i] = nodes[(int) values[at + i]];
            }
            at += best;
        }
        return builder.build();
    }

    private static TokenTree cut(TokenTree tree, DraftRequest request) {
        if (tree.maxDepth() <= request.maxDepth()) {
            return tree.prune(request.maxNodes());
        }
        int[] shallow =
                IntStream.rangeClosed(1, tree.size())
                        .filter(node -> tree.depth(node) <= request.maxDepth())
                        .toArray();
        return tree.select(shallow).prune(request.maxNodes());
    }

    @Override
    public void forget(Sequence sequence) {
        reached.remove(sequence.key());
    }

    @Override
    public void close() {
        layer.close();
    }
}
