package io.millrace.core.cluster;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.request.QueuedRequest;
import java.util.List;

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, 1608.01350) on rendezvous
 * scores: requests of one session or tenant go to one engine, unless that holds more than {@code
 * bound} times the mean number of requests; then to the next in the order of scores.
 */
public final class BoundedLoadHashing implements Router {

    private final double bound;

    /**
     * Bounds loads.
     *
     * @param bound times the mean, above 1
     */
    public BoundedLoadHashing(double bound) {
        check(bound > 1, "bound", bound, "above 1");
        this.bound = bound;
    }

    @Override
    public String name() {
        return "bounded-hash";
    }

    @Override
    public int route(QueuedRequest request, List<? extends EngineLoad> engines) {
        String session = request.request().service().session();
        String shared = session != null ? session : request.request().service().tenant();
        long hash = Hashing.add(Hashing.START, shared);
        int total = 1;
        for (EngineLoad engine : engines) {
            total += engine.requests();
        }
        // INVARIANT: the emptiest is below the bound, since the bound is above the mean.
        double most = Math.ceil(bound * total / engines.size());
        int best = -1;
        long bestScore = 0;
        for (int i = 0; i < engines.size(); i++) {
            long score = Hashing.add(hash, i);
            if (engines.get(i).requests() < most && (best < 0 || score > bestScore)) {
                best = i;
                bestScore = score;
            }
        }
        return best;
    }
}
