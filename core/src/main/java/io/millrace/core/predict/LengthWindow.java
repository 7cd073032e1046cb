package io.millrace.core.predict;

import java.util.Arrays;

/** The last lengths seen, in order of arrival and sorted. */
final class LengthWindow {

    private final int[] recent;
    private final int[] sorted;
    private int count;
    private int next;

    LengthWindow(int capacity) {
        recent = new int[capacity];
        sorted = new int[capacity];
    }

    void add(int length) {
        if (count == recent.length) {
            removeSorted(recent[next]);
        }
        recent[next] = length;
        next = (next + 1) % recent.length;
        int at = firstAbove(length);
        System.arraycopy(sorted, at, sorted, at + 1, count - at);
        sorted[at] = length;
        count++;
    }

    /** How many lengths are above that. */
    int countAbove(int length) {
        return count - firstAbove(length);
    }

    /** The smallest length that at least so large a share of those above {@code length} reach. */
    int quantileAbove(int length, double share) {
        int from = firstAbove(length);
        int rank = (int) Math.ceil(share * (count - from)) - 1;
        return sorted[from + Math.max(0, rank)];
    }

    /** The lengths, the latest last. */
    int[] toArray() {
        int[] lengths = new int[count];
        int oldest = count < recent.length ? 0 : next;
        for (int i = 0; i < count; i++) {
            lengths[i] = recent[(oldest + i) % recent.length];
        }
        return lengths;
    }

    private void removeSorted(int length) {
        int at = firstAbove(length) - 1;
        System.arraycopy(sorted, at + 1, sorted, at, count - at - 1);
        count--;
    }

    private int firstAbove(int length) {
        int at = Arrays.binarySearch(sorted, 0, count, length);
        if (at < 0) {
            return -at - 1;
        }
        while (at < count && sorted[at] == length) {
            at++;
        }
        return at;
    }
}
