package io.millrace.gpu.engine;

import io.millrace.core.schedule.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts the work of a step into groups that attend together: same number of queries, contexts padded
 * to the longest of the group. Every group costs a fixed sum per layer, every padded block costs
 * too; decoding sequences are cut where the total is least.
 */
final class QueryGroups {

    // What a group costs beside its blocks, in blocks: about 15 operations per layer against the
    // time to read and multiply one block. The optimum is flat around it.
    private static final int GROUP_COST_BLOCKS = 64;

    private final int blockTokens;

    QueryGroups(int blockTokens) {
        this.blockTokens = blockTokens;
    }

    /**
     * Sequences that attend together.
     *
     * @param queries tokens per sequence
     * @param blocks of the longest context
     */
    record Group(int queries, int blocks, List<Work> work) {}

    /** Groups of all the work; the order of the work within a step does not matter. */
    List<Group> of(List<Work> work) {
        List<Group> groups = new ArrayList<>();
        Work[] decodes = work.stream().filter(w -> w.count() == 1).toArray(Work[]::new);
        Arrays.sort(decodes, Comparator.comparingInt(this::blocks));
        addDecodes(decodes, groups);
        List<Work> chunks = new ArrayList<>(work.stream().filter(w -> w.count() > 1).toList());
        chunks.sort(Comparator.comparingInt(Work::count).thenComparingInt(this::blocks));
        addChunks(chunks, groups);
        return groups;
    }

    int blocks(Work work) {
        return (work.end() + blockTokens - 1) / blockTokens;
    }

    // best[i]: least cost of the i shortest; its last group is cut[i]..i, padded to the longest.
    private void addDecodes(Work[] sorted, List<Group> groups) {
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
            List<Work> members = Arrays.asList(sorted).subList(cut[end], end);
            groups.add(new Group(1, blocks(sorted[end - 1]), List.copyOf(members)));
        }
    }

    // Chunks attend together only where nothing is padded: their products are large enough alone.
    private void addChunks(List<Work> sorted, List<Group> groups) {
        int from = 0;
        for (int i = 1; i <= sorted.size(); i++) {
            Work first = sorted.get(from);
            if (i == sorted.size()
                    || sorted.get(i).count() != first.count()
                    || blocks(sorted.get(i)) != blocks(first)) {
                List<Work> members = List.copyOf(sorted.subList(from, i));
                groups.add(new Group(first.count(), blocks(first), members));
                from = i;
            }
        }
    }
}
