package io.millrace.gpu.engine;

import io.millrace.core.engine.SpeculationStatistics;
import io.millrace.core.speculate.TokenTree;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts what drafting does, see {@link SpeculationStatistics}. For the engine's thread. */
final class SpeculationCounters {

    private final List<Long> offeredByDepth = new ArrayList<>();
    private final List<Long> acceptedByDepth = new ArrayList<>();
    private final SortedMap<String, Long> stepsByDrafter = new TreeMap<>();
    private long draftedTokens;
    private long acceptedTokens;
    private long speculatingSteps;
    private long draftNanos;

    /** Counters of these drafters. */
    SpeculationCounters(List<String> drafters) {
        drafters.forEach(name -> stepsByDrafter.put(name, 0L));
    }

    /**
     * Counts a step.
     *
     * @param drafter who drafted, if anything was drafted
     */
    void step(List<Verified> verified, long nanos, String drafter) {
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
        if (speculated) {
            speculatingSteps++;
            stepsByDrafter.merge(drafter, 1L, Long::sum);
        }
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
                acceptedByDepth,
                stepsByDrafter);
    }
}
