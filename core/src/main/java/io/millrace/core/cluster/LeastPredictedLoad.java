package io.millrace.core.cluster;

import io.millrace.core.request.QueuedRequest;
import java.util.List;

/**
 * The engine whose requests have the fewest tokens still to come, by prediction (ELIS, 2505.09142,
 * section 4.2); of several the first.
 */
public final class LeastPredictedLoad implements Router {

    @Override
    public String name() {
        return "least-load";
    }

    @Override
    public int route(QueuedRequest request, List<? extends EngineLoad> engines) {
        int least = 0;
        for (int i = 1; i < engines.size(); i++) {
            if (engines.get(i).predictedRemaining() < engines.get(least).predictedRemaining()) {
                least = i;
            }
        }
        return least;
    }
}
