package io.millrace.core.predict;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.schedule.Foresight;
import io.millrace.core.schedule.Sequence;

/**
 * Predicts running answers anew from the tail of the lengths seen, {@code P(L | L > generated)}
 * (Past-Future, 2507.10150, section 4): what makes its admission's peaks true while answers grow.
 * Learns from the answers that end here. One thread only, the engine's.
 */
public final class TailForesight implements Foresight {

    private final HistogramPredictor lengths;
    private final int everyTokens;

    /**
     * Knows nothing yet.
     *
     * @param everyTokens tokens between two predictions of an answer, at least 1
     */
    public TailForesight(HistogramSettings settings, int everyTokens) {
        check(everyTokens >= 1, "everyTokens", everyTokens, "at least 1");
        this.lengths = new HistogramPredictor(settings);
        this.everyTokens = everyTokens;
    }

    @Override
    public int everyTokens() {
        return everyTokens;
    }

    @Override
    public LengthEstimate estimate(Sequence sequence) {
        LengthEstimate learned =
                lengths.predict(
                        sequence.service().tenant(),
                        sequence.maxTokens(),
                        sequence.generatedLength());
        // Nothing learned says nothing: the limit would be worse than what it came with.
        return learned.median() == sequence.maxTokens() ? sequence.predicted() : learned;
    }

    @Override
    public void ended(Sequence sequence) {
        lengths.observe(sequence.service().tenant(), sequence.generatedLength());
    }
}
