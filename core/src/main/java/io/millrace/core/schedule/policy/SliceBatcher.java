package io.millrace.core.schedule.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * The dynamic-programming batcher of SCLS (2406.13511, section 4.3): sorts requests by length and
 * cuts the row into batches so that serving all of them for one slice takes least,
 *
 * <pre>
 * f[i] = min over j of f[j] + T(i - j, length_i)        f[0] = 0
 * </pre>
 *
 * where a batch is filled up to its longest, has at most {@code maxSequences} and needs at most the
 * KV slots that there are. O(n * maxSequences).
 */
final class SliceBatcher {

    private final BatchTimes times;
    private final int slice;

    SliceBatcher(BatchTimes times, int slice) {
        this.times = times;
        this.slice = slice;
    }

    /**
     * Batches of at least one each, the shortest first.
     *
     * @param kvTokens slots that a batch may need; one that is too long alone is a batch of its own
     */
    <T> List<List<T>> batches(
            List<T> requests, ToIntFunction<T> length, int maxSequences, long kvTokens) {
        List<T> sorted = new ArrayList<>(requests);
        sorted.sort(Comparator.comparingInt(length));
        int n = sorted.size();
        double[] least = new double[n + 1];
        int[] from = new int[n + 1];
        for (int i = 1; i <= n; i++) {
            int longest = length.applyAsInt(sorted.get(i - 1));
            least[i] = Double.POSITIVE_INFINITY;
            for (int j = i - 1; j >= Math.max(0, i - maxSequences); j--) {
                int size = i - j;
                if (size > 1 && (long) size * (longest + slice) > kvTokens) {
                    break;
                }
                double time = least[j] + times.serve(size, longest, slice);
                if (time < least[i]) {
                    least[i] = time;
                    from[i] = j;
                }
            }
        }
        List<List<T>> batches = new ArrayList<>();
        for (int i = n; i > 0; i = from[i]) {
            batches.add(0, List.copyOf(sorted.subList(from[i], i)));
        }
        return batches;
    }

    /** Milliseconds to serve a batch for one slice. */
    double time(int size, int longest) {
        return times.serve(size, longest, slice);
    }
}
