package io.millrace.core.memory;

import java.util.List;

/**
 * Reserves for every sequence all that it may ever need (Orca), so that nothing is ever preempted.
 * It counts each sequence at its full length at the same time, which holds in whatever order and at
 * whatever pace the sequences grow.
 */
public final class ConservativeAdmission implements Admission {

    @Override
    public long peakBlocks(List<Demand> demands, int blockTokens) {
        long blocks = 0;
        for (Demand demand : demands) {
            long tokens = (long) demand.held() + demand.maxRemaining();
            blocks += (tokens + blockTokens - 1) / blockTokens;
        }
        return blocks;
    }

    @Override
    public int plannable(int poolBlocks) {
        return poolBlocks;
    }
}
