package io.millrace.core.cluster;

import io.millrace.core.request.QueuedRequest;
import java.util.List;

/** One engine after the other, whatever their load: what others are compared with. */
public final class RoundRobin implements Router {

    private int next;

    @Override
    public String name() {
        return "round-robin";
    }

    @Override
    public int route(QueuedRequest request, List<? extends EngineLoad> engines) {
        next = (next + 1) % engines.size();
        return next;
    }
}
