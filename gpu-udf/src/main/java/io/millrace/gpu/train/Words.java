package io.millrace.gpu.train;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The words of a vocabulary by how often the model writes them (FR-Spec, 2502.14856).
 *
 * @param ranking every id, the most frequent first, equally frequent ones by their number
 * @param scored those that heads score, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // Made once and only read.
record Words(int[] ranking, int[] scored) {

    /**
     * Counts the words of answers.
     *
     * @param limit how many are scored; 0 for all
     */
    static Words of(List<Exchange> exchanges, int vocabulary, int limit) {
        long[] counts = new long[vocabulary];
        for (Exchange exchange : exchanges) {
            for (int token : exchange.answer()) {
                counts[token]++;
            }
        }
        int[] ranking =
                IntStream.range(0, vocabulary)
                        .boxed()
                        .sorted(Comparator.comparingLong((Integer id) -> -counts[id]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        int count = limit == 0 ? vocabulary : Math.min(limit, vocabulary);
        int[] scored = Arrays.copyOf(ranking, count);
        Arrays.sort(scored);
        return new Words(ranking, scored);
    }
}
