package io.millrace.gpu.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts the work of a step into groups that attend together: same number of queries, contexts padded
 * to the longest of the group. Every group costs a fixed sum per layer, every padded block costs
 * too; growing answers are cut where the total is least. Stateless; any thread.
 */
public final class QueryGroups {

    // What a group costs beside its blocks, in blocks: about 15 operations per layer against the
    // time to read and multiply one block. The optimum is flat around it.
    private static final int GROUP_COST_BLOCKS = 64;

    private final int blockTokens;

    /** For a pool with so many tokens per block. */
    public QueryGroups(int blockTokens) {
        this.blockTokens = blockTokens;
    }

    /**
     * Sequences that attend together.
     *
     * @param queries rows per sequence; those with trees may have fewer
     * @param blocks of the longest context
     */
    public record Group(int queries, int blocks, List<StepWork> work) {

        /** Whether some of its rows are drafted. */
        public boolean speculates() {
            return work.stream().anyMatch(StepWork::speculates);
        }

        /** Rows of all its sequences. */
        public int size() {
            return work.stream().mapToInt(StepWork::rows).sum();
        }
    }

    /** Groups of all the work; the order of the work within a step does not matter. */
    public List<Group> of(List<StepWork> work) {
        List<Group> groups = new ArrayList<>();
        // Trees of like size attend together, padded to the next power of two at the most.
        for (int low = 1; low <= largestTree(work); low *= 2) {
            int least = low;
            StepWork[] alike =
                    work.stream()
                            .filter(w -> w.work().count() == 1)
                            .filter(w -> sizeClass(w.rows()) == least)
                            .toArray(StepWork[]::new);
            Arrays.sort(alike, Comparator.comparingInt(StepWork::end));
            addAlike(alike, groups);
        }
        List<StepWork> chunks =
                new ArrayList<>(work.stream().filter(w -> w.work().count() > 1).toList());
        chunks.sort(Comparator.comparingInt(StepWork::rows).thenComparingInt(this::blocks));
        addChunks(chunks, groups);
        return groups;
    }

    int blocks(StepWork work) {
        return blocks(work.end());
    }

    private int blocks(int end) {
        return (end + blockTokens - 1) / blockTokens;
    }

    private static int largestTree(List<StepWork> work) {
        int largest = 0;
        for (StepWork w : work) {
            largest = Math.max(largest, w.work().count() == 1 ? sizeClass(w.rows()) : 0);
        }
        return largest;
    }

    /** The least power of two that is not below. */
    private static int sizeClass(int rows) {
        return rows <= 1 ? 1 : Integer.highestOneBit(rows - 1) << 1;
    }

    // best[i]: least cost of the i shortest; its last group is cut[i]..i, padded to the longest.
    private void addAlike(StepWork[] sorted, List<Group> groups) {
        int count = sorted.length;
        long[] best = new long[count + 1];
        int[] cut = new int[count + 1];
        for (int i = 1; i <= count; i++) {
            long longest = blocks(sorted[i - 1]);
            best[i] = Long.MAX_VALUE;
            for (int from = 0; from < i; from++) {
                long cost = best[from] + GROUP_COST_BLOCKS + (i - from) * longest;
                if (cost < best[i]) {
                    best[i] = cost;
                    cut[i] = from;
                }
            }
        }
        for (int end = count; end > 0; end = cut[end]) {
            groups.add(treeGroup(Arrays.asList(sorted).subList(cut[end], end)));
        }
    }

    private Group treeGroup(List<StepWork> members) {
        int queries = members.stream().mapToInt(StepWork::rows).max().orElseThrow();
        int reach = members.stream().mapToInt(w -> w.work().from() + queries).max().orElseThrow();
        return new Group(queries, blocks(reach), List.copyOf(members));
    }

    // Chunks attend together only where nothing is padded: their products are large enough alone.
    private void addChunks(List<StepWork> sorted, List<Group> groups) {
        int from = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            StepWork first = sorted.get(from);
            if (i == sorted.size()
                    || sorted.get(i).rows() != first.rows()
                    || blocks(sorted.get(i)) != blocks(first)) {
                List<StepWork> members = List.copyOf(sorted.subList(from, i));
                groups.add(new Group(first.rows(), blocks(first), members));
                from = i;
            }
        }
    }
}
