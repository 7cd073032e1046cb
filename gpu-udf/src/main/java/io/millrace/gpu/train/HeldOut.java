package io.millrace.gpu.train;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What heads are worth on exchanges that they did not learn from, with greedy chains of drafts.
 *
 * @param exchanges that were measured
 * @param positions at which guesses were compared
 * @param topOne how often the guess of each level was the token that followed, at all positions
 * @param acceptance how often a chain was accepted up to each level, at the positions where an
 *     engine drafts: behind what it last accepted
 * @param tokensPerStep what it gains: accepted tokens and the model's own, per step
 */
public record HeldOut(
        int exchanges,
        long positions,
        List<Double> topOne,
        List<Double> acceptance,
        double tokensPerStep) {

    public HeldOut {
        topOne = List.copyOf(topOne);
        acceptance = List.copyOf(acceptance);
    }

    /** Sums over exchanges. For one thread. */
    static final class Tally {

        private final long[] right;
        private final long[] offered;
        private final long[] accepted;
        private int exchanges;
        private long positions;
        private long chains;

        Tally(int levels) {
            right = new long[levels];
            offered = new long[levels];
            accepted = new long[levels];
        }

        /**
         * Adds an exchange.
         *
         * @param matches by level and row; row r guesses the answer's token r, and what its level s
         *     says is the end of a chain that began s rows before
         */
        void add(boolean[][] matches) {
            int rows = matches[0].length;
            exchanges++;
            positions += rows;
            for (int level = 0; level < matches.length; level++) {
                for (int row = 0; row < rows; row++) {
                    right[level] += matches[level][row] ? 1 : 0;
                }
            }
            // The answer's first token is the model's own: drafts begin behind it.
            int row = 1;
            while (row < rows) {
                int length = chain(matches, row);
                row += length + 1;
            }
        }

        private int chain(boolean[][] matches, int row) {
            chains++;
            int length = 0;
            boolean matching = true;
            for (int level = 0;
                    level < matches.length && row + level < matches[0].length;
                    level++) {
                offered[level]++;
                matching &= matches[level][row + level];
                if (matching) {
                    accepted[level]++;
                    length++;
                }
            }
            return length;
        }

        HeldOut result() {
            double all = DoubleStream.of(ratios(accepted, chains)).sum();
            return new HeldOut(
                    exchanges,
                    positions,
                    list(ratios(right, positions)),
                    list(ratios(accepted, offered)),
                    1 + all);
        }

        private static double[] ratios(long[] counts, long of) {
            double[] result = new double[counts.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = of == 0 ? 0 : (double) counts[i] / of;
            }
            return result;
        }

        private static double[] ratios(long[] counts, long[] of) {
            double[] result = new double[counts.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = of[i] == 0 ? 0 : (double) counts[i] / of[i];
            }
            return result;
        }

        private static List<Double> list(double[] values) {
            return DoubleStream.of(values).boxed().toList();
        }
    }
}
