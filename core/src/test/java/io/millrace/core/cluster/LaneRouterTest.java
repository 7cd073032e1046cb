package io.millrace.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.testing.Requests;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LaneRouterTest {

    @Test
    void keepsSessionsTogetherWhileTheirLaneHasRoom() {
        LaneRouter router = new LaneRouter(RoutingSettings.of(16));
        warmUp(router, 512);

        Set<Integer> lanes = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            lanes.add(router.route(session("s", "key-" + i)).lane());
        }
        assertThat(lanes).hasSize(1);
    }

    @Test
    void keepsEqualPrefixesTogetherWhileTheirLaneHasRoom() {
        LaneRouter router = new LaneRouter(RoutingSettings.of(16));
        warmUp(router, 512);
        int[] prefix = new Random(1).ints(64, 0, 1_000).toArray();

        Set<Integer> lanes = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            int[] prompt = Arrays.copyOf(prefix, 80);
            prompt[70] = i;
            lanes.add(router.route(request("key-" + i, prompt, null, null)).lane());
        }
        assertThat(lanes).hasSize(1);
    }

    @Test
    void levelsLoadsWithWhatSharesNothing() {
        LaneRouter router = new LaneRouter(RoutingSettings.of(4));
        int[] requests = new int[4];
        for (int i = 0; i < 200; i++) {
            requests[router.route(request("key-" + i, new int[8], null, null)).lane()]++;
        }
        assertThat(requests).containsOnly(50);
    }

    @Test
    void separatesAdapters() {
        LaneRouter router = new LaneRouter(RoutingSettings.of(16));
        int[] prompt = new int[80];

        assertThat(router.affinity(request("a", prompt, null, "one")))
                .isEqualTo(router.affinity(request("b", prompt, null, "one")))
                .isNotEqualTo(router.affinity(request("c", prompt, null, "two")))
                .isNotEqualTo(router.affinity(request("d", prompt, null, null)));
        assertThat(router.affinity(request("e", new int[8], null, null))).isEmpty();
        assertThat(router.affinity(request("f", new int[8], null, "one"))).isPresent();
    }

    @Test
    void sendsTheSameRequestsToTheSameLanesInEveryVersion() {
        LaneRouter router = new LaneRouter(RoutingSettings.of(128));
        int[] lanes = new int[6];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = router.route(session("session-" + i, "key-" + i)).lane();
        }
        assertThat(lanes).containsExactly(66, 40, 45, 81, 24, 91);
    }

    @Property
    void neverLoadsALaneBeyondItsBound(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40) int lanes,
            @ForAll @IntRange(min = 1, max = 500) int window,
            @ForAll @DoubleRange(min = 1.05, max = 3) double bound,
            @ForAll @IntRange(min = 1, max = 5) int sessions) {
        Random random = new Random(seed);
        LaneRouter router = new LaneRouter(new RoutingSettings(lanes, bound, window, 64));
        int[] last = new int[window];
        Arrays.fill(last, -1);
        Map<Integer, Integer> loads = new HashMap<>();
        // Equal weights, so that a load is a number of requests.
        for (int i = 0; i < 300; i++) {
            int lane = router.route(session("s" + random.nextInt(sessions), "k" + i)).lane();
            assertThat(lane).isBetween(0, lanes - 1);

            int gone = last[i % window];
            if (gone >= 0) {
                loads.merge(gone, -1, Integer::sum);
            }
            int total = Math.min(i, window - 1);
            int before = loads.getOrDefault(lane, 0);
            assertThat((double) before)
                    .as("seed %d, request %d", seed, i)
                    .isLessThan(bound * (total + 1) / lanes + 1e-9);
            last[i % window] = lane;
            loads.merge(lane, 1, Integer::sum);
        }
    }

    @Property
    void movesFewSessionsWhenLanesAreAdded(@ForAll @IntRange(min = 2, max = 64) int lanes) {
        int moved = 0;
        for (int i = 0; i < 400; i++) {
            int before =
                    new LaneRouter(RoutingSettings.of(lanes)).route(session("s" + i, "k")).lane();
            int after =
                    new LaneRouter(RoutingSettings.of(lanes + 1))
                            .route(session("s" + i, "k"))
                            .lane();
            if (before != after) {
                assertThat(after).as("only to the new lane").isEqualTo(lanes);
                moved++;
            }
        }
        assertThat(moved).isLessThan(400 * 2 / (lanes + 1) + 20);
    }

    private static void warmUp(LaneRouter router, int requests) {
        for (int i = 0; i < requests; i++) {
            router.route(request("warm-" + i, new int[60], null, null));
        }
    }

    private static QueuedRequest session(String session, String key) {
        return request(key, new int[10], session, null);
    }

    private static QueuedRequest request(
            String key, int[] prompt, @Nullable String session, @Nullable String adapter) {
        Service service = new Service("tenant", 0, Service.NO_DEADLINE, session, adapter);
        QueuedRequest base = Requests.request(key, 1, 10, service, 0);
        return QueuedRequest.of(base.request(), prompt, 10)
                .withPredicted(LengthEstimate.atMost(10));
    }
}
