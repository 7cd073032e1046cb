package io.millrace.core.bucket;

import java.util.Comparator;
import java.util.Iterator;
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
