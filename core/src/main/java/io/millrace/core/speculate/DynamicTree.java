package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Grows a tree where the drafter is confident (EAGLE-2, section 4): at each level the best nodes
 * are expanded, and in the end the best of all candidates remain.
 *
 * <pre>
 * tree = new DynamicTree(settings)
 * frontier = tree.start(top-k after the root)
 * while not tree.isDone(): frontier = tree.expand(top-k after each node of the frontier)
 * draft = tree.draft(settings.total())
 * </pre>
 *
 * <p>It may be cut short at any level. One thread; one instance per draft.
 */
public final class DynamicTree {

    /**
     * Nodes whose children the drafter is to propose next, best first.
     *
     * @param tokens [f]
     * @param parents [f], the place of each node's parent in the frontier before; -1 below the root
     * @param rows [f, level+1], what each node sees of all nodes ever in a frontier, counted in the
     *     order in which they were handed out: its ancestors, the highest first, and itself; the
     *     drafter's own cache has a row for each
     */
    public record Frontier(int[] tokens, int[] parents, int[][] rows) {

        /** Nodes to expand: f. */
        public int size() {
            return tokens.length;
        }
    }

    private static final Frontier NOTHING = new Frontier(new int[0], new int[0], new int[0][]);

    private final TreeSettings settings;
    private final TokenTreeBuilder candidates;
    private List<Integer> expanding = new ArrayList<>();
    private Frontier frontier = NOTHING;
    private int level;
    private int rows;

    /** A tree with nothing but a root. */
    public DynamicTree(TreeSettings settings) {
        this.settings = settings;
        this.candidates = TokenTree.builder(settings.topK() * (1 + settings.topK()));
    }

    /**
     * Takes the root's children.
     *
     * @param tokens [k], the drafter's best after the root; differing
     * @param logProbabilities [k]; minus infinity says that there is no such token
     * @throws IllegalArgumentException if a number is none: the drafter is broken
     */
    public Frontier start(int[] tokens, float[] logProbabilities) {
        check(candidates.size() == 0, "start", "called again", "once");
        expanding.add(0);
        return grow(tokens, logProbabilities, 1);
    }

    /**
     * Takes the children of the frontier.
     *
     * @param tokens [f, k] row by row, for each node of the frontier the best after it
     * @param logProbabilities [f, k], given the parent
     */
    public Frontier expand(int[] tokens, float[] logProbabilities) {
        check(!isDone(), "level", level, "below depth, " + settings.depth());
        level++;
        return grow(tokens, logProbabilities, frontier.size());
    }

    /** Whether nothing is left to expand: deep enough, or nowhere to go. */
    public boolean isDone() {
        return level >= settings.depth() || frontier.size() == 0;
    }

    /** The best of all candidates, so many at most. */
    public TokenTree draft(int nodes) {
        return candidates.build().prune(nodes);
    }

    private Frontier grow(int[] tokens, float[] logProbabilities, int parents) {
        check(
                tokens.length % parents == 0 && tokens.length == logProbabilities.length,
                "tokens.length",
                tokens.length,
                "a multiple of the frontier, %d, and as many as logProbabilities, %d"
                        .formatted(parents, logProbabilities.length));
        int before = candidates.size();
        int[] slots = new int[tokens.length];
        int width = tokens.length / parents;
        for (int i = 0; i < tokens.length; i++) {
            if (logProbabilities[i] != Float.NEGATIVE_INFINITY) {
                slots[candidates.size() - before] = i / width;
                candidates.add(expanding.get(i / width), tokens[i], logProbabilities[i]);
            }
        }
        frontier = choose(before + 1, slots);
        return frontier;
    }

    /** The best of the newest candidates. */
    private Frontier choose(int first, int[] slots) {
        long[] order = new long[candidates.size() + 1 - first];
        for (int i = 0; i < order.length; i++) {
            order[i] = SortKeys.descending(candidates.score(first + i), first + i);
        }
        Arrays.sort(order);
        int size = Math.min(settings.topK(), order.length);
        int[] tokens = new int[size];
        int[] parents = new int[size];
        int[][] seen = new int[size][];
        List<Integer> chosen = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int node = SortKeys.index(order[i]);
            int slot = slots[node - first];
            chosen.add(node);
            tokens[i] = candidates.token(node);
            parents[i] = first == 1 ? -1 : slot;
            seen[i] = Arrays.copyOf(first == 1 ? new int[0] : frontier.rows()[slot], level + 1);
            seen[i][level] = rows + i;
        }
        rows += size;
        expanding = chosen;
        return new Frontier(tokens, parents, seen);
    }
}
