package io.millrace.core.speculate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses among the nodes of all drafts those that are worth verifying (AdaSpec's confidence-prior
 * verifier): the most probable ones, so many that goodput is greatest.
 *
 * <p>Its arrays are kept from step to step.
 */
final class BatchChoice {

    private static final int POINTS_PER_BIN = 64;

    private final int[] counts = new int[NodeValues.BINS];
    private final double[] sums = new double[NodeValues.BINS];
    private float[] values = new float[64];
    private int[] bins = new int[64];
    private int size;

    /** Forgets the step before. */
    void clear() {
        Arrays.fill(counts, 0);
        Arrays.fill(sums, 0);
        size = 0;
    }

    /** Values the nodes of a draft: the probability that all of the path is accepted. */
    void add(RequestAcceptance request, TokenTree draft, DrafterState drafter) {
        ensure(size + draft.size() + 1);
        AcceptanceStatistics statistics = drafter.acceptance();
        double tilt = statistics.tilt(request);
        int root = size;
        values[root] = 1;
        for (int node = 1; node <= draft.size(); node++) {
            int depth = draft.depth(node);
            double acceptance = statistics.acceptance(tilt, depth, draft.logProbability(node));
            // INVARIANT: no child is worth more than its parent, so every cut is connected.
            float value = (float) (values[root + draft.parent(node)] * acceptance);
            int bin = NodeValues.bin(value);
            values[root + node] = value;
            bins[root + node] = bin;
            counts[bin]++;
            sums[bin] += value;
            drafter.profile().add(depth, bin, value);
        }
        size += draft.size() + 1;
    }

    /**
     * The number of nodes with the greatest goodput.
     *
     * @param draftMs already spent on them
     * @param extra tokens that are computed besides, however many nodes are chosen
     */
    int bestCount(StepCost cost, double draftMs, int extra) {
        double sequences = cost.load().sequences();
        double best = sequences / (draftMs + cost.verifyMs(extra));
        int bestCount = 0;
        int count = 0;
        double gain = 0;
        for (int bin = NodeValues.BINS - 1; bin >= 0 && count < cost.load().maxNodes(); bin--) {
            if (counts[bin] == 0) {
                continue;
            }
            int room = Math.min(counts[bin], cost.load().maxNodes() - count);
            double value = sums[bin] / counts[bin];
            // Time may be a staircase, so that part of a bin can be better than all of it.
            for (int taken = 0; taken < room; ) {
                taken = Math.min(room, taken + 1 + counts[bin] / POINTS_PER_BIN);
                double goodput =
                        (sequences + gain + taken * value)
                                / (draftMs + cost.verifyMs(count + taken + (double) extra));
                if (goodput > best) {
                    best = goodput;
                    bestCount = count + taken;
                }
            }
            count += room;
            gain += room * value;
        }
        return bestCount;
    }

    /** The parts of the drafts, in the order in which they were added, that make up the best. */
    List<TokenTree> select(List<TokenTree> drafts, int wanted) {
        int cut = NodeValues.BINS;
        int left = wanted;
        while (cut > 0 && left > 0) {
            cut--;
            left -= counts[cut];
        }
        // Of the last bin only so many.
        int quota = left < 0 ? counts[cut] + left : wanted == 0 ? 0 : Integer.MAX_VALUE;
        List<TokenTree> selected = new ArrayList<>(drafts.size());
        int root = 0;
        for (TokenTree draft : drafts) {
            int[] nodes = new int[draft.size()];
            int taken = 0;
            for (int node = 1; node <= draft.size(); node++) {
                int bin = bins[root + node];
                if (bin > cut || (bin == cut && quota-- > 0)) {
                    nodes[taken++] = node;
                }
            }
            selected.add(taken == nodes.length ? draft : draft.select(Arrays.copyOf(nodes, taken)));
            root += nodes.length + 1;
        }
        return selected;
    }

    private void ensure(int needed) {
        if (needed > values.length) {
            int length = Math.max(needed, 2 * values.length);
            values = Arrays.copyOf(values, length);
            bins = Arrays.copyOf(bins, length);
        }
    }
}
