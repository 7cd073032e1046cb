package io.millrace.core.predict;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;

/**
 * Predicts how many tokens an answer will have, and learns from answers that ended. One thread
 * only; deterministic.
 */
public interface LengthPredictor extends AutoCloseable {

    /**
     * Estimates the length of the whole answer, within the request's own limit.
     *
     * @param generated tokens that it has already; the estimate is longer than that, unless that is
     *     the limit
     */
    LengthEstimate predict(QueuedRequest request, int generated);

    /** Learns the length of an answer that ended by itself or at its limit. */
    void observe(QueuedRequest request, int outputTokens);

    /** Frees what it holds; nothing, where it holds nothing outside the heap. */
    @Override
    default void close() {}
}
