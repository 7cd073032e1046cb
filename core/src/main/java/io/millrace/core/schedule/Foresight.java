package io.millrace.core.schedule;

import io.millrace.core.request.LengthEstimate;

/**
 * Predicts anew, while an answer grows, how long it will be (ELIS, Past-Future), and learns from
 * answers that ended. Called on the scheduler's thread; deterministic.
 */
public interface Foresight extends AutoCloseable {

    /** Keeps the prediction that a sequence came with. */
    Foresight NONE =
            new Foresight() {
                @Override
                public int everyTokens() {
                    return Integer.MAX_VALUE;
                }

                @Override
                public LengthEstimate estimate(Sequence sequence) {
                    return sequence.predicted();
                }

                @Override
                public void ended(Sequence sequence) {
                    // Nothing to learn.
                }
            };

    /** After how many generated tokens a prediction is made anew; ELIS: 50. */
    int everyTokens();

    /** After how many generated tokens its first prediction is made. */
    default int firstAfterTokens() {
        return everyTokens();
    }

    /** The length of the whole answer, given what there is of it. */
    LengthEstimate estimate(Sequence sequence);

    /** An answer has its full length. */
    void ended(Sequence sequence);

    /** Frees what it holds; nothing, where it holds nothing outside the heap. */
    @Override
    default void close() {}
}
