package io.millrace.core.speculate;

import static io.millrace.core.internal.Arguments.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A tree that is the same in every step (Medusa, section 2.3.3): each node says which of its head's
 * candidates it takes, 0 for the best. Path [0, 2] is head 1's best followed by head 2's third.
 *
 * <p>Immutable; any thread.
 */
public final class MedusaChoices {

    private static final Comparator<int[]> BY_DEPTH_THEN_RANKS =
            Comparator.<int[]>comparingInt(path -> path.length).thenComparing(Arrays::compare);

    // INVARIANT: a path comes after its prefixes, and no path comes twice.
    private final int[][] paths;
    private final int[] parents;

    private MedusaChoices(List<int[]> unordered) {
        check(!unordered.isEmpty(), "choices", "none", "at least one path");
        paths = unordered.stream().sorted(BY_DEPTH_THEN_RANKS).toArray(int[][]::new);
        parents = new int[paths.length];
        Map<List<Integer>, Integer> nodes = new HashMap<>();
        nodes.put(List.of(), 0);
        for (int i = 0; i < paths.length; i++) {
            List<Integer> path = IntStream.of(paths[i]).boxed().toList();
            check(!path.isEmpty(), "choices", path, "paths of at least one rank");
            check(path.stream().allMatch(rank -> rank >= 0), "choices", path, "ranks from 0");
            List<Integer> prefix = path.subList(0, path.size() - 1);
            Integer parent = nodes.get(prefix);
            if (parent == null) {
                throw new IllegalArgumentException(
                        "choices: %s (expected: its prefix %s among them)".formatted(path, prefix));
            }
            parents[i] = parent;
            check(nodes.put(path, i + 1) == null, "choices", path, "no path twice");
        }
    }

    /**
     * A tree of these paths, in any order; with a path, every prefix of it.
     *
     * @throws IllegalArgumentException if they are no tree
     */
    public static MedusaChoices of(List<List<Integer>> paths) {
        return new MedusaChoices(
                paths.stream()
                        .map(path -> path.stream().mapToInt(Integer::intValue).toArray())
                        .toList());
    }

    /**
     * A published tree, see {@link #names()}.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static MedusaChoices named(String name) {
        String published = PublishedChoices.BY_NAME.get(name);
        if (published == null) {
            throw new IllegalArgumentException(
                    "choices: %s (expected: one of %s)".formatted(name, names()));
        }
        return new MedusaChoices(
                Arrays.stream(published.split(" ", -1))
                        .map(path -> path.chars().map(digit -> digit - '0').toArray())
                        .toList());
    }

    /** The names of the published trees. */
    public static List<String> names() {
        return PublishedChoices.BY_NAME.keySet().stream().sorted().toList();
    }

    /** How many tokens it drafts. */
    public int size() {
        return paths.length;
    }

    /** How many heads it needs. */
    public int depth() {
        return paths[paths.length - 1].length;
    }

    /** How many candidates it needs of every head. */
    public int candidates() {
        return 1 + Arrays.stream(paths).flatMapToInt(IntStream::of).max().orElse(0);
    }

    /** The paths, in the order of the tree's nodes: by depth, then by ranks. */
    public List<List<Integer>> paths() {
        return Arrays.stream(paths).map(path -> IntStream.of(path).boxed().toList()).toList();
    }

    /** The part of it that so many heads can fill. */
    public MedusaChoices withHeads(int heads) {
        check(heads >= 1, "heads", heads, "at least 1");
        List<int[]> kept = new ArrayList<>(Arrays.asList(paths));
        kept.removeIf(path -> path.length > heads);
        return new MedusaChoices(kept);
    }

    /**
     * The draft that the heads' candidates make.
     *
     * @param tokens [heads, candidates], of each head the best tokens, the best first
     * @param logProbabilities [heads, candidates], under the head
     */
    public TokenTree tree(int[][] tokens, float[][] logProbabilities) {
        check(tokens.length >= depth(), "heads", tokens.length, "at least " + depth());
        TokenTreeBuilder builder = TokenTree.builder(paths.length);
        for (int i = 0; i < paths.length; i++) {
            int head = paths[i].length - 1;
            int rank = paths[i][head];
            check(
                    rank < tokens[head].length,
                    "candidates of head " + (head + 1),
                    tokens[head].length,
                    "at least " + (rank + 1));
            builder.add(parents[i], tokens[head][rank], logProbabilities[head][rank]);
        }
        return builder.build();
    }
}
