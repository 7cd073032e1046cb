package io.millrace.core.bucket;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Requests with prompts in [low, up), in the order in which they should leave. */
final class Bucket {

    private final int low;
    private final int up;
    private final TreeSet<Entry> inOrder;
    private final TreeMap<Integer, Integer> lengths = new TreeMap<>();
    private long promptTokens;
    private long kvTokens;
    private int belowMiddle;

    Bucket(int low, int up, Comparator<Entry> order) {
        this.low = low;
        this.up = up;
        this.inOrder = new TreeSet<>(order);
    }

    void add(Entry entry) {
        inOrder.add(entry);
        lengths.merge(entry.promptLength(), 1, Integer::sum);
        count(entry, 1);
    }

    void remove(Entry entry) {
        inOrder.remove(entry);
        lengths.computeIfPresent(entry.promptLength(), (length, n) -> n == 1 ? null : n - 1);
        count(entry, -1);
    }

    int low() {
        return low;
    }

    int up() {
        return up;
    }

    int middle() {
        return low + (up - low) / 2;
    }

    int size() {
        return inOrder.size();
    }

    long promptTokens() {
        return promptTokens;
    }

    long kvTokens() {
        return kvTokens;
    }

    Entry first() {
        return inOrder.first();
    }

    Iterator<Entry> iterator() {
        return inOrder.iterator();
    }

    /** BucketServe splits where most requests are shorter than the middle. */
    boolean isSkewed() {
        return 2L * belowMiddle > size();
    }

    /**
     * The length at which cutting costs the least padding, if each part is filled up to its longest
     * prompt: the minimum of {@code n_short * longest_short + n_long * longest_long} over all
     * lengths held that leave both parts at least so wide; the lower bound of BucketServe's
     * expected waste (2507.17120, section 3.2) for two buckets. -1 if no cut saves anything.
     */
    int bestCut(int minWidth) {
        if (lengths.isEmpty()) {
            return -1;
        }
        int longest = lengths.lastKey();
        long least = (long) longest * size();
        int best = -1;
        long shorter = 0;
        int previous = 0;
        for (Map.Entry<Integer, Integer> length : lengths.entrySet()) {
            int cut = length.getKey();
            if (shorter > 0 && cut - low >= minWidth && up - cut >= minWidth) {
                long padded = shorter * previous + (size() - shorter) * longest;
                if (padded < least) {
                    least = padded;
                    best = cut;
                }
            }
            shorter += length.getValue();
            previous = cut;
        }
        return best;
    }

    BucketStatistics statistics() {
        int longest = lengths.isEmpty() ? 0 : lengths.lastKey();
        return new BucketStatistics(low, up, size(), promptTokens, kvTokens, longest);
    }

    private void count(Entry entry, int sign) {
        promptTokens += (long) sign * entry.promptLength();
        kvTokens += sign * entry.kvTokens();
        if (entry.promptLength() < middle()) {
            belowMiddle += sign;
        }
    }
}
