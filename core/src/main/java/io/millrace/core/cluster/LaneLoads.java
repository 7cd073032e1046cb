package io.millrace.core.cluster;

/** What went to each lane lately: the weights of the last requests. One thread only. */
final class LaneLoads {

    private final long[] loads;
    private final int[] lanes;
    private final long[] weights;
    private long total;
    private int next;

    LaneLoads(int laneCount, int window) {
        loads = new long[laneCount];
        lanes = new int[window];
        weights = new long[window];
    }

    /** Makes room for one request if the window is full. */
    void forgetOldest() {
        loads[lanes[next]] -= weights[next];
        total -= weights[next];
        weights[next] = 0;
    }

    /** Counts a request, in the room that {@link #forgetOldest} made. */
    void add(int lane, long weight) {
        loads[lane] += weight;
        total += weight;
        lanes[next] = lane;
        weights[next] = weight;
        next = (next + 1) % lanes.length;
    }

    long load(int lane) {
        return loads[lane];
    }

    long total() {
        return total;
    }

    /** The lane with the smallest load, of several the first. */
    int emptiest() {
        int emptiest = 0;
        for (int lane = 1; lane < loads.length; lane++) {
            if (loads[lane] < loads[emptiest]) {
                emptiest = lane;
            }
        }
        return emptiest;
    }
}
