package io.millrace.core.cluster;

import io.millrace.core.request.QueuedRequest;
import java.util.List;

/**
 * Chooses the engine of a request where the loads of all engines are known. One thread only;
 * deterministic. Lanes, which know no loads, are {@link LaneRouter}'s.
 */
public interface Router {

    /** The name by which options choose it. */
    String name();

    /** The index of the engine, of at least one. */
    int route(QueuedRequest request, List<? extends EngineLoad> engines);
}
