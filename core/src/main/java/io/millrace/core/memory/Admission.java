package io.millrace.core.memory;

import java.util.List;

/**
 * Decides how many sequences may share a pool: it says how many blocks a set of sequences would
 * need at its worst moment, and how many it allows to be planned for. Stateless and safe for any
 * thread.
 */
public interface Admission {

    /** Blocks that these sequences need when they need most, if nothing else joins them. */
    long peakBlocks(List<Demand> demands, int blockTokens);

    /** Of a pool's blocks, those that may be planned for; the rest absorbs wrong predictions. */
    int plannable(int poolBlocks);

    /** Whether these sequences may run together. One alone always may: it has the whole pool. */
    default boolean admits(List<Demand> demands, BlockPool pool) {
        return demands.size() <= 1
                || peakBlocks(demands, pool.blockTokens()) <= plannable(pool.size());
    }
}
