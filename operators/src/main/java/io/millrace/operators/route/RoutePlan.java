package io.millrace.operators.route;

import io.millrace.core.cluster.EngineRouter;
import io.millrace.core.cluster.LaneRouter;
import io.millrace.core.cluster.RoutingSettings;
import io.millrace.core.request.QueuedRequest;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * How requests find their engine. By {@link #LANES} a request finds its lane and Flink the engine
 * of the lane; by any other policy it finds an engine, and then one of the lanes that Flink gives
 * to that.
 *
 * @param policy {@link #LANES} or one of {@link EngineRouter#policies()}
 * @param lanes keys, and the largest parallelism of {@code batch}
 * @param engines its parallelism
 */
@PublicEvolving
public record RoutePlan(String policy, int lanes, int engines) implements Serializable {

    /** Affinity and load of lanes; knows nothing of engines. */
    public static final String LANES = "lanes";

    /** Requests of an engine that count as its load: about as many as run and wait beside it. */
    private static final int WINDOW_PER_ENGINE = 64;

    public RoutePlan {
        RoutingSettings.of(lanes);
        if (!policies().contains(policy)) {
            throw new IllegalArgumentException(
                    "routing.policy: %s (expected: one of %s)"
                            .formatted(policy, String.join(", ", policies())));
        }
        if (engines < 1) {
            throw new IllegalArgumentException("engines: " + engines + " (expected: at least 1)");
        }
    }

    /** By lanes. */
    public static RoutePlan byLanes(int lanes) {
        return new RoutePlan(LANES, lanes, 1);
    }

    /** Names of the policies. */
    public static List<String> policies() {
        List<String> names = new ArrayList<>(List.of(LANES));
        names.addAll(EngineRouter.policies());
        return List.copyOf(names);
    }

    /** A router for one thread: gives requests their lanes. */
    UnaryOperator<QueuedRequest> router() {
        if (policy.equals(LANES)) {
            LaneRouter router = new LaneRouter(RoutingSettings.of(lanes));
            return router::route;
        }
        List<List<Integer>> lanesOf = lanesOfEngines();
        EngineRouter router =
                new EngineRouter(policy, lanesOf.size(), WINDOW_PER_ENGINE * lanesOf.size());
        int[] turns = new int[lanesOf.size()];
        return request -> {
            int engine = router.route(request);
            List<Integer> own = lanesOf.get(engine);
            int turn = turns[engine];
            turns[engine] = (turn + 1) % own.size();
            return request.withLane(own.get(turn));
        };
    }

    /** The lanes of each engine that has any: Flink spreads keys by their hash. */
    List<List<Integer>> lanesOfEngines() {
        List<List<Integer>> all = new ArrayList<>();
        for (int engine = 0; engine < engines; engine++) {
            all.add(new ArrayList<>());
        }
        for (int lane = 0; lane < lanes; lane++) {
            all.get(KeyGroupRangeAssignment.assignKeyToParallelOperator(lane, lanes, engines))
                    .add(lane);
        }
        return all.stream().filter(own -> !own.isEmpty()).toList();
    }
}
