package io.millrace.core.engine;

import java.util.List;

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
 */
public record SpeculationStatistics(
        long draftedTokens,
        long acceptedTokens,
        long speculatingSteps,
        long draftNanos,
        long failures,
        List<Long> offeredByDepth,
        List<Long> acceptedByDepth) {

    /** Of an engine that never speculated. */
    public static final SpeculationStatistics NONE =
            new SpeculationStatistics(0, 0, 0, 0, 0, List.of(), List.of());

    public SpeculationStatistics {
        offeredByDepth = List.copyOf(offeredByDepth);
        acceptedByDepth = List.copyOf(acceptedByDepth);
    }
}
