package io.millrace.core.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counters of an engine's speculation since it started; all only grow.
 *
 * @param draftedTokens drafted tokens that the model verified
 * @param acceptedTokens of those, accepted
 * @param speculatingSteps steps in which something was drafted
 * @param draftNanos time in which was drafted, part of the time inside steps
 * @param failures drafters that failed and were switched off
 * @param offeredByDepth how many drafts had a token at depth 1, 2, ..., the deepest last
 * @param acceptedByDepth in how many of those one was accepted
 * @param stepsByDrafter the speculating steps by the name of the drafter that drafted; every
 *     drafter that was loaded is in it
 */
public record SpeculationStatistics(
        long draftedTokens,
        long acceptedTokens,
        long speculatingSteps,
        long draftNanos,
        long failures,
        List<Long> offeredByDepth,
        List<Long> acceptedByDepth,
        SortedMap<String, Long> stepsByDrafter) {

    /** Of an engine that never speculated. */
    public static final SpeculationStatistics NONE =
            new SpeculationStatistics(
                    0, 0, 0, 0, 0, List.of(), List.of(), Collections.emptySortedMap());

    /**
     * How often a token that was drafted at each depth was accepted, of what was drafted since an
     * earlier look; an element per depth, 0 where nothing was drafted since.
     */
    public List<Double> acceptanceByDepthSince(SpeculationStatistics before) {
        List<Double> rates = new ArrayList<>();
        for (int depth = 1; depth <= offeredByDepth.size(); depth++) {
            long offered = offered(depth) - before.offered(depth);
            long accepted = accepted(depth) - before.accepted(depth);
            rates.add(offered == 0 ? 0 : (double) accepted / offered);
        }
        return List.copyOf(rates);
    }

    /** What each drafter drafted since an earlier look. */
    public SortedMap<String, Long> stepsByDrafterSince(SpeculationStatistics before) {
        SortedMap<String, Long> since = new TreeMap<>();
        stepsByDrafter.forEach((name, steps) -> since.put(name, steps - before.stepsOf(name)));
        return since;
    }

    /** Steps in which a drafter drafted; 0 for one that is not known. */
    public long stepsOf(String drafter) {
        return stepsByDrafter.getOrDefault(drafter, 0L);
    }

    /** Drafts with a token at a depth, from 1; 0 beyond the deepest. */
    public long offered(int depth) {
        return depth <= offeredByDepth.size() ? offeredByDepth.get(depth - 1) : 0;
    }

    /** Drafts of which a token at a depth, from 1, was accepted; 0 beyond the deepest. */
    public long accepted(int depth) {
        return depth <= acceptedByDepth.size() ? acceptedByDepth.get(depth - 1) : 0;
    }

    public SpeculationStatistics {
        offeredByDepth = List.copyOf(offeredByDepth);
        acceptedByDepth = List.copyOf(acceptedByDepth);
        stepsByDrafter = Collections.unmodifiableSortedMap(new TreeMap<>(stepsByDrafter));
    }
}
