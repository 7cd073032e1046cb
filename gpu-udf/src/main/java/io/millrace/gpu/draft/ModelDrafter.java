package io.millrace.gpu.draft;

import ai.djl.pytorch.jni.IValue;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.DraftShape;
import io.millrace.core.speculate.DynamicTree;
import io.millrace.core.speculate.TokenTree;
import io.millrace.core.speculate.TreeSettings;
import io.millrace.gpu.decode.Branch;
import io.millrace.gpu.decode.BranchInputs;
import io.millrace.gpu.decode.Decoder;
import io.millrace.gpu.decode.QueryGroups;
import io.millrace.gpu.decode.StepInputs;
import io.millrace.gpu.decode.StepWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A smaller model drafts (2211.17192, 2302.01318), as a tree of its best words (SpecInfer,
 * 2305.09781) that grows where it is confident (EAGLE-2's rule, 2406.16858); with a branching of 1
 * a greedy chain.
 *
 * <p>The drafts are deterministic: no draft distribution is needed to verify them, see
 * docs/speculation.md. Its keys and values lie in a pool of its own with the blocks of the
 * sequence's table; rows of drafted tokens lie in the slots behind the last known token and are
 * overwritten by the next true ones.
 */
final class ModelDrafter implements Drafter {

    private final Decoder decoder;
    private final QueryGroups groups;
    private final CatchUp catchUp;
    private final int contextLength;
    private final int blockTokens;
    private final int branching;
    private final DraftShape shape;

    ModelDrafter(
            SpeculationSettings settings, Decoder decoder, int contextLength, int blockTokens) {
        this.decoder = decoder;
        this.groups = new QueryGroups(blockTokens);
        this.catchUp = new CatchUp(0, work -> decoder.logits(inputs(work)).close());
        this.contextLength = contextLength;
        this.blockTokens = blockTokens;
        this.branching = settings.branching();
        int nodes = Math.max(settings.maxDepth(), settings.maxNodes());
        this.shape =
                DraftShape.callPerLevel(
                        Drafters.DRAFT_MODEL, settings.maxDepth(), nodes, branching);
    }

    @Override
    public DraftShape shape() {
        return shape;
    }

    @Override
    public List<TokenTree> draft(List<DraftRequest> requests) {
        List<DraftRequest> able = requests.stream().filter(this::fits).toList();
        Map<String, Growing> growing = new HashMap<>();
        if (!able.isEmpty()) {
            List<Growing> level = start(able);
            level.forEach(tree -> growing.put(tree.sequence().key(), tree));
            for (level = unfinished(level); !level.isEmpty(); level = unfinished(level)) {
                grow(level);
            }
        }
        return requests.stream()
                .map(request -> tree(growing.get(request.sequence().key())))
                .toList();
    }

    /** Whether the draft's own context reaches so far. */
    private boolean fits(DraftRequest request) {
        return request.sequence().length() + request.maxDepth() <= contextLength;
    }

    private static TokenTree tree(@Nullable Growing tree) {
        return tree == null ? TokenTree.empty() : tree.draft();
    }

    private static List<Growing> unfinished(List<Growing> trees) {
        return trees.stream().filter(tree -> !tree.isDone()).toList();
    }

    private List<Growing> start(List<DraftRequest> requests) {
        StepInputs inputs = inputs(catchUp.lastRows(requests));
        Map<Sequence, DraftRequest> bySequence = new HashMap<>();
        requests.forEach(request -> bySequence.put(request.sequence(), request));
        try (IValue logits = decoder.logits(inputs)) {
            double[] best = decoder.best(logits, branching);
            List<Growing> trees = new ArrayList<>(requests.size());
            int row = 0;
            for (StepWork work : inputs.sampled()) {
                DraftRequest request = bySequence.get(work.sequence());
                if (request == null) {
                    throw new IllegalStateException("no draft was asked for " + work);
                }
                Growing tree = new Growing(request, branching);
                tree.start(children(best, row++, 1, tree.width()));
                trees.add(tree);
            }
            return trees;
        }
    }

    private void grow(List<Growing> trees) {
        List<Branch> branches = trees.stream().map(Growing::branch).toList();
        try (IValue logits = decoder.logits(new BranchInputs(branches, blockTokens))) {
            double[] best = decoder.best(logits, branching);
            int row = 0;
            for (Growing tree : trees) {
                int nodes = tree.frontierSize();
                tree.expand(children(best, row, nodes, tree.width()));
                row += nodes;
            }
        }
    }

    /** The best words below nodes, as rows of {@link Decoder#best} tell them. */
    private Children children(double[] best, int firstRow, int rows, int width) {
        int[] tokens = new int[rows * width];
        float[] logProbabilities = new float[tokens.length];
        int stride = best.length == 0 ? 0 : 2 * branching;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                int at = (firstRow + i) * stride + j;
                logProbabilities[i * width + j] = (float) best[at];
                tokens[i * width + j] = (int) best[at + branching];
            }
        }
        return new Children(tokens, logProbabilities);
    }

    private StepInputs inputs(List<StepWork> work) {
        return new StepInputs(groups.of(work), blockTokens);
    }

    @Override
    public void forget(Sequence sequence) {
        catchUp.forget(sequence);
    }

    @Override
    public void close() {
        decoder.close();
    }

    /** Words and log-probabilities, [nodes, width] each. */
    private record Children(int[] tokens, float[] logProbabilities) {}

    /** One sequence's tree on its way. */
    private static final class Growing {
        private final DraftRequest request;
        private final DynamicTree tree;
        private final int width;
        private DynamicTree.Frontier frontier =
                new DynamicTree.Frontier(new int[0], new int[0], new int[0][]);
        private int depth;
        private int rows;

        Growing(DraftRequest request, int branching) {
            this.request = request;
            int levels = Math.min(request.maxDepth(), request.maxNodes()) - 1;
            // Every expanded node takes one of the slots behind the last token.
            int room = levels == 0 ? branching : Math.max(1, request.maxNodes() / levels);
            this.width = Math.min(branching, room);
            this.tree = new DynamicTree(new TreeSettings(width, levels, request.maxNodes()));
        }

        Sequence sequence() {
            return request.sequence();
        }

        int width() {
            return width;
        }

        int frontierSize() {
            return frontier.size();
        }

        boolean isDone() {
            return tree.isDone();
        }

        void start(Children children) {
            frontier = tree.start(children.tokens(), children.logProbabilities());
            depth = 1;
        }

        void expand(Children children) {
            rows += frontier.size();
            frontier = tree.expand(children.tokens(), children.logProbabilities());
            depth++;
        }

        Branch branch() {
            return new Branch(sequence(), frontier.tokens(), depth, rows, frontier.rows());
        }

        TokenTree draft() {
            return tree.draft(request.maxNodes());
        }
    }
}
