package io.millrace.operators.report;

import java.io.Serial;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.accumulators.Accumulator;
import org.apache.flink.api.common.accumulators.Histogram;

/**
 * Counts of durations in milliseconds, binned so that a bin is at most 1 % wide: a few hundred bins
 * whatever the job's length. Flink serialises accumulators from its heartbeat thread while the task
 * adds to them, which its own histogram does not survive; here everything is under one lock, and
 * what is sent is a copy of Flink's own class.
 */
@SuppressWarnings("NonApiType") // Flink's signatures name TreeMap.
final class LatencyHistogram extends Histogram {

    private static final long serialVersionUID = 1L;

    private static final int EXACT_BITS = 7;

    /** Counts one duration. */
    synchronized void record(long durationMs) {
        super.add(bin(durationMs));
    }

    synchronized void restore(int bin, int count) {
        super.getLocalValue().merge(bin, count, Integer::sum);
    }

    synchronized Histogram copy() {
        Histogram copy = new Histogram();
        for (Map.Entry<Integer, Integer> entry : super.getLocalValue().entrySet()) {
            copy.getLocalValue().put(entry.getKey(), entry.getValue());
        }
        return copy;
    }

    /** The largest of the durations that share a bin. */
    static int bin(long durationMs) {
        int value = (int) Math.min(Integer.MAX_VALUE, Math.max(0, durationMs));
        int dropped = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(value) - EXACT_BITS);
        return value | ((1 << dropped) - 1);
    }

    @Override
    public synchronized void add(Integer value) {
        record(value);
    }

    @Override
    public synchronized void merge(Accumulator<Integer, TreeMap<Integer, Integer>> other) {
        super.merge(other);
    }

    @Override
    public TreeMap<Integer, Integer> getLocalValue() {
        return copy().getLocalValue();
    }

    @Override
    public synchronized void resetLocal() {
        super.resetLocal();
    }

    @Override
    public synchronized String toString() {
        return super.toString();
    }

    @Override
    public Accumulator<Integer, TreeMap<Integer, Integer>> clone() {
        return copy();
    }

    @Serial
    private Object writeReplace() {
        return copy();
    }
}
