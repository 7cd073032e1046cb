package io.millrace.gpu.draft;

import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.TokenTree;
import io.millrace.core.speculate.TokenTreeBuilder;
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

    private final EagleLayer layer;
    private final int best;
    private final DraftShape shape;
    private final CatchUp catchUp;

    EagleDrafter(SpeculationSettings settings, EagleLayer layer) {
        this.layer = layer;
        this.catchUp = new CatchUp(1, work -> layer.extend(work).close());
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
        int depth = requests.stream().mapToInt(DraftRequest::maxDepth).max().orElse(1);
        try (EagleLayer.Extended extended = layer.extend(catchUp.lastRows(requests))) {
            double[] values = layer.expand(extended, best, depth - 1);
            return trees(requests, extended.sequences(), values, depth - 1);
        }
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
        catchUp.forget(sequence);
    }

    @Override
    public void close() {
        layer.close();
    }
}
