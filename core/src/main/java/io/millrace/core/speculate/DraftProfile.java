package io.millrace.core.speculate;

import java.util.Arrays;

/**
 * What drafts looked like lately: at every depth, how many nodes of which probability a sequence's
 * draft had, so that a planner can foresee what drafting so deep is worth before it is done.
 *
 * <p>An exponential average. Depths that were not drafted lately move with the deepest that was.
 */
final class DraftProfile {

    private static final double PRIOR_ACCEPTANCE = 0.7;
    private static final double MEMORY = 0.96;

    private final int maxDepth;

    /** [depth - 1][coarse bin], per sequence: nodes and the sum of their probabilities. */
    private final double[][] nodes;

    private final double[][] sums;
    private final double[][] newNodes;
    private final double[][] newSums;

    /** A profile of chains that are accepted token by token with a hopeful probability. */
    DraftProfile(int maxDepth) {
        this.maxDepth = maxDepth;
        nodes = new double[maxDepth][NodeValues.COARSE_BINS];
        sums = new double[maxDepth][NodeValues.COARSE_BINS];
        newNodes = new double[maxDepth][NodeValues.COARSE_BINS];
        newSums = new double[maxDepth][NodeValues.COARSE_BINS];
        double value = 1;
        for (int depth = 0; depth < maxDepth; depth++) {
            value *= PRIOR_ACCEPTANCE;
            int bin = NodeValues.coarse(NodeValues.bin((float) value));
            nodes[depth][bin] = 1;
            sums[depth][bin] = value;
        }
    }

    void add(int depth, int bin, double value) {
        if (depth <= maxDepth) {
            newNodes[depth - 1][NodeValues.coarse(bin)]++;
            newSums[depth - 1][NodeValues.coarse(bin)] += value;
        }
    }

    /** Takes what was added as the drafts of so many sequences, drafted to that depth. */
    void endStep(int sequences, int drafted) {
        double memory = Math.pow(MEMORY, sequences);
        double change = 1;
        for (int depth = 0; depth < maxDepth; depth++) {
            if (depth < drafted) {
                double before = total(sums[depth]);
                blend(nodes[depth], newNodes[depth], memory, sequences);
                blend(sums[depth], newSums[depth], memory, sequences);
                change = before > 0 ? Math.min(2, total(sums[depth]) / before) : 1;
            } else {
                scale(depth, change);
            }
            Arrays.fill(newNodes[depth], 0);
            Arrays.fill(newSums[depth], 0);
        }
    }

    /** Moves everything to other odds of acceptance, so that what it remembers stays true. */
    void tilt(double factor) {
        double change = 1;
        double parent = 1;
        for (int depth = 0; depth < maxDepth; depth++) {
            double count = total(nodes[depth]);
            if (count == 0) {
                return;
            }
            // As if all nodes of a depth were alike, and children of such nodes.
            double value = total(sums[depth]) / count;
            double acceptance = Math.max(0.01, Math.min(0.99, value / parent));
            double tilted = acceptance * factor / (1 - acceptance + acceptance * factor);
            change *= tilted / acceptance;
            parent = Math.max(1e-6, value);
            scale(depth, change);
        }
    }

    /** Adds the nodes of a depth to the caller's sums per coarse bin. */
    void addTo(int depth, double[] nodeCounts, double[] valueSums) {
        for (int bin = 0; bin < NodeValues.COARSE_BINS; bin++) {
            nodeCounts[bin] += nodes[depth - 1][bin];
            valueSums[bin] += sums[depth - 1][bin];
        }
    }

    private void scale(int depth, double change) {
        for (int bin = 0; bin < NodeValues.COARSE_BINS; bin++) {
            sums[depth][bin] = Math.min(nodes[depth][bin], sums[depth][bin] * change);
        }
    }

    private static void blend(double[] average, double[] added, double memory, int sequences) {
        for (int bin = 0; bin < average.length; bin++) {
            average[bin] = memory * average[bin] + (1 - memory) * added[bin] / sequences;
        }
    }

    private static double total(double[] values) {
        double total = 0;
        for (double value : values) {
            total += value;
        }
        return total;
    }
}
