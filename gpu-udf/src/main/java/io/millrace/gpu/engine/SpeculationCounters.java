package io.millrace.gpu.engine;

import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.speculate.TokenTree;
import java.util.ArrayList;
import java.util.List;

/** Counts what drafting does, see {@link SpeculationStatistics}. For the engine's thread. */
final class SpeculationCounters {

    private final List<Long> offeredByDepth = new ArrayList<>();
    private final List<Long> acceptedByDepth = new ArrayList<>();
    private long draftedTokens;
    private long acceptedTokens;
    private long speculatingSteps;
    private long draftNanos;

    void step(List<Verified> verified, long nanos) {
        draftNanos += nanos;
        boolean speculated = false;
        for (Verified outcome : verified) {
            TokenTree draft = outcome.work().draft();
            speculated |= !draft.isEmpty();
            draftedTokens += draft.size();
            acceptedTokens += outcome.accepted();
            count(offeredByDepth, draft.maxDepth());
            count(acceptedByDepth, outcome.accepted());
        }
        speculatingSteps += speculated ? 1 : 0;
    }

    private static void count(List<Long> byDepth, int depth) {
        for (int i = 0; i < depth; i++) {
            if (i == byDepth.size()) {
                byDepth.add(0L);
            }
            byDepth.set(i, byDepth.get(i) + 1);
        }
    }

    SpeculationStatistics copy(long failures) {
        return new SpeculationStatistics(
                draftedTokens,
                acceptedTokens,
                speculatingSteps,
                draftNanos,
                failures,
                offeredByDepth,
                acceptedByDepth);
    }
}
