package io.millrace.core.cluster;

import io.millrace.core.request.QueuedRequest;
import java.util.List;

/**
 * The engine with the most room for each of its requests to grow (Llumnix, 2406.03243, section
 * 4.4):
 *
 * <pre>
 * F = (M - sum of V) / B       M: KV slots, B: requests that run, at least 1
 * </pre>
 *
 * <p>where the virtual usage V of one that runs is what it has in use, and of the first that waits
 * what it needs to start. Of several the one that holds the fewest requests.
 */
public final class Freeness implements Router {

    @Override
    public String name() {
        return "freeness";
    }

    @Override
    public int route(QueuedRequest request, List<? extends EngineLoad> engines) {
        int freest = 0;
        for (int i = 1; i < engines.size(); i++) {
            int order = Double.compare(of(engines.get(i)), of(engines.get(freest)));
            if (order > 0
                    || (order == 0 && engines.get(i).requests() < engines.get(freest).requests())) {
                freest = i;
            }
        }
        return freest;
    }

    /** Slots for each request; below 0 if whoever waits does not fit. */
    static double of(EngineLoad engine) {
        double virtual = (double) engine.usedTokens() + engine.headDemand();
        return (engine.kvTokens() - virtual) / Math.max(1, engine.running());
    }
}
