package io.millrace.core.schedule;

import io.millrace.core.memory.Admission;
import io.millrace.core.memory.BlockPool;
import io.millrace.core.memory.Demand;
import java.util.ArrayList;
import java.util.List;

/** What sequences that share a pool will need of it, as an {@link Admission} wants to know. */
final class Forecast {

    private final SchedulingSettings settings;
    private final BlockPool pool;
    private final Admission admission;

    Forecast(SchedulingSettings settings, BlockPool pool, Admission admission) {
        this.settings = settings;
        this.pool = pool;
        this.admission = admission;
    }

    /** Whether these may run together. */
    boolean admits(List<Sequence> sequences) {
        return admission.admits(demands(sequences), pool);
    }

    /** Tokens of the pool that are not promised to these; all of them if there are none. */
    long unpromisedTokens(List<Sequence> sequences) {
        if (sequences.isEmpty()) {
            return pool.tokens();
        }
        long promised = admission.peakBlocks(demands(sequences), pool.blockTokens());
        return Math.max(0, admission.plannable(pool.size()) - promised) * pool.blockTokens();
    }

    private List<Demand> demands(List<Sequence> sequences) {
        int chunk = smallestPrefill(sequences.size());
        List<Demand> demands = new ArrayList<>(sequences.size());
        long prefill = 0;
        for (Sequence sequence : sequences) {
            int delay = 0;
            if (!sequence.decodes()) {
                prefill += sequence.length() - sequence.computed();
                delay = (int) Math.min(Integer.MAX_VALUE, (prefill - 1) / chunk);
            }
            demands.add(
                    new Demand(
                            sequence.length(),
                            sequence.predictedRemaining(),
                            sequence.maxRemaining(),
                            delay));
        }
        return demands;
    }

    // The least that a step prefills: every sequence takes a token first, and a chunk is cut.
    private int smallestPrefill(int sequences) {
        int decodes = Math.min(sequences, settings.maxSequences());
        return Math.max(1, settings.tokenBudget() - decodes - settings.chunkAlignment() + 1);
    }
}
