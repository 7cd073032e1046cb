package io.millrace.core.predict;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;

/** Predicts nothing: every answer may be as long as it is allowed to be. */
public final class UpperBoundPredictor implements LengthPredictor {

    @Override
    public LengthEstimate predict(QueuedRequest request, int generated) {
        return LengthEstimate.atMost(request.maxTokens());
    }

    @Override
    public void observe(QueuedRequest request, int outputTokens) {
        // Nothing to learn.
    }
}
