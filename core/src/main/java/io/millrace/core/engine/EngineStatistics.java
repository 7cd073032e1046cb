package io.millrace.core.engine;

/**
 * Counters of one engine since it started; all but the gauges only grow.
 *
 * @param steps iterations
 * @param stepNanos time inside iterations
 * @param prefillTokens prompt tokens computed, recomputation included
 * @param decodeTokens tokens generated
 * @param batchedSequences sum over steps of the sequences in the step
 * @param paddedKvSlots KV slots attended to only as padding, summed over steps
 * @param attendedKvSlots all KV slots attended to, padding included, summed over steps
 * @param preemptions sequences that lost their KV cache and started over
 * @param speculation what drafting did
 * @param prediction what a trained length predictor did
 * @param stepSums what steps took for what they computed
 * @param kvBlocks size of the pool, blocks
 * @param usedKvBlocks gauge: blocks in use now
 * @param peakKvBlocks most blocks ever in use
 * @param runningSequences gauge: sequences with KV blocks now
 * @param waitingSequences gauge: tasks that wait inside the engine now
 */
public record EngineStatistics(
        long steps,
        long stepNanos,
        long prefillTokens,
        long decodeTokens,
        long batchedSequences,
        long paddedKvSlots,
        long attendedKvSlots,
        long preemptions,
        SpeculationStatistics speculation,
        PredictionStatistics prediction,
        StepSums stepSums,
        int kvBlocks,
        int usedKvBlocks,
        int peakKvBlocks,
        int runningSequences,
        int waitingSequences) {

    /** Tokens proposed by a drafter that were verified. */
    public long draftedTokens() {
        return speculation.draftedTokens();
    }

    /** Of those, accepted. */
    public long acceptedTokens() {
        return speculation.acceptedTokens();
    }
}
