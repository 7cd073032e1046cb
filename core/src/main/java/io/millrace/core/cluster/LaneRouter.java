package io.millrace.core.cluster;

import io.millrace.core.request.QueuedRequest;
import java.util.OptionalLong;

/**
 * Chooses the lane of a request, so that requests that can share something in an engine's memory go
 * to the same lane, and no lane gets much more than its share.
 *
 * <p>Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2016) on rendezvous
 * scores instead of a ring: a request goes to the lane with the highest score of (what it shares,
 * lane) that is not full, so the overflow of a popular prefix is spread instead of flooding one
 * neighbour, and another number of lanes moves only the requests that it must. Requests that share
 * nothing go to the emptiest lane and level the loads.
 *
 * <p>Load is tokens of the last requests that this router saw; each parallel router bounds its own
 * share. One thread only; equal sequences of requests get equal lanes. There is nothing to
 * snapshot: after a restart the loads build up anew.
 */
public final class LaneRouter {

    private final RoutingSettings settings;
    private final LaneLoads loads;

    public LaneRouter(RoutingSettings settings) {
        this.settings = settings;
        this.loads = new LaneLoads(settings.lanes(), settings.window());
    }

    /** The request in its lane. */
    public QueuedRequest route(QueuedRequest request) {
        long weight =
                Math.max(1, request.promptTokens().length + (long) request.predicted().median());
        loads.forgetOldest();
        OptionalLong affinity = affinity(request);
        int lane =
                affinity.isPresent()
                        ? bestBelowBound(affinity.getAsLong(), weight)
                        : loads.emptiest();
        loads.add(lane, weight);
        return request.withLane(lane);
    }

    /** What it can share: an adapter, and a session or a prefix. Empty if nothing. */
    OptionalLong affinity(QueuedRequest request) {
        String adapter = request.request().service().adapter();
        String session = request.request().service().session();
        int[] prompt = request.promptTokens();
        long hash = Hashing.START;
        if (adapter != null) {
            hash = Hashing.add(hash, adapter);
        }
        if (session != null) {
            hash = Hashing.add(hash, session);
        } else if (prompt.length >= settings.prefixTokens()) {
            for (int i = 0; i < settings.prefixTokens(); i++) {
                hash = Hashing.add(hash, prompt[i]);
            }
        } else if (adapter == null) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(hash);
    }

    // At least the emptiest lane is below the bound, since the bound is above the mean.
    private int bestBelowBound(long affinity, long weight) {
        double bound = settings.loadBound() * (loads.total() + weight) / settings.lanes();
        int best = -1;
        long bestScore = 0;
        for (int lane = 0; lane < settings.lanes(); lane++) {
            long score = Hashing.add(affinity, lane);
            if (loads.load(lane) < bound && (best < 0 || score > bestScore)) {
                best = lane;
                bestScore = score;
            }
        }
        return best;
    }
}
