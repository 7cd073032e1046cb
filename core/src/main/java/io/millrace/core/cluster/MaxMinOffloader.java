package io.millrace.core.cluster;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Spreads batches whose times are known over engines (SCLS, 2406.13511, section 4.4): the longest
 * batch first, each to the engine that is free soonest.
 */
public final class MaxMinOffloader {

    private MaxMinOffloader() {}

    /**
     * The engine of each batch.
     *
     * @param batchMs time of each batch, milliseconds
     * @param busyMs how long each engine is busy already, milliseconds; at least one
     */
    public static int[] assign(double[] batchMs, double[] busyMs) {
        double[] busy = busyMs.clone();
        int[] engines = new int[batchMs.length];
        IntStream.range(0, batchMs.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -batchMs[i]))
                .forEach(
                        batch -> {
                            int soonest =
                                    IntStream.range(0, busy.length)
                                            .boxed()
                                            .min(Comparator.comparingDouble(i -> busy[i]))
                                            .orElseThrow();
                            engines[batch] = soonest;
                            busy[soonest] += batchMs[batch];
                        });
        return engines;
    }
}
