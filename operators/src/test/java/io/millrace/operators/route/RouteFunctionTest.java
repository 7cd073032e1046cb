package io.millrace.operators.route;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import java.util.List;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class RouteFunctionTest {

    @Test
    void putsEveryRequestInALaneAndASessionInOne() throws Exception {
        Service session = new Service("t", 0, Service.NO_DEADLINE, "session", null);
        try (var harness =
                new OneInputStreamOperatorTestHarness<QueuedRequest, QueuedRequest>(
                        new StreamMap<>(new RouteFunction(RoutePlan.byLanes(16))))) {
            harness.open();
            for (int i = 0; i < 512; i++) {
                harness.processElement(request("key-" + i, QueuedRequest.NO_LANE, 5, i), 0);
            }
            int before = harness.extractOutputValues().size();
            for (int i = 0; i < 3; i++) {
                harness.processElement(request("s-" + i, "id", -1, session, 0, 5, i), 0);
            }

            assertThat(harness.extractOutputValues())
                    .allSatisfy(request -> assertThat(request.lane()).isBetween(0, 15));
            assertThat(
                            harness.extractOutputValues().subList(0, before).stream()
                                    .map(QueuedRequest::lane)
                                    .distinct())
                    .hasSize(16);
            assertThat(
                            harness.extractOutputValues().subList(before, before + 3).stream()
                                    .map(QueuedRequest::lane)
                                    .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void refusesToRouteToNoLane() {
        assertThatThrownBy(() -> RoutePlan.byLanes(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lanes: 0");
    }

    @Test
    void refusesAPolicyThatIsNone() {
        assertThatThrownBy(() -> new RoutePlan("freeness", 16, 2))
                .hasMessage(
                        "routing.policy: freeness (expected: one of lanes, least-load, round-robin, bounded-hash)");
    }

    @Test
    void sendsToEnginesByTheLanesThatFlinkGivesThem() throws Exception {
        RoutePlan plan = new RoutePlan("least-load", 128, 3);
        int[] requests = new int[3];
        try (var harness =
                new OneInputStreamOperatorTestHarness<QueuedRequest, QueuedRequest>(
                        new StreamMap<>(new RouteFunction(plan)))) {
            harness.open();
            for (int i = 0; i < 600; i++) {
                harness.processElement(request("key-" + i, QueuedRequest.NO_LANE, 50, i), 0);
            }
            for (QueuedRequest request : harness.extractOutputValues()) {
                int engine =
                        KeyGroupRangeAssignment.assignKeyToParallelOperator(request.lane(), 128, 3);
                requests[engine]++;
            }
        }
        assertThat(requests).containsOnly(200);
    }

    @Test
    void everyEngineWithALaneCanBeReached() {
        RoutePlan plan = new RoutePlan("round-robin", 8, 8);
        assertThat(plan.lanesOfEngines().stream().mapToInt(List::size).sum()).isEqualTo(8);
        assertThat(plan.lanesOfEngines()).allSatisfy(own -> assertThat(own).isNotEmpty());
    }
}
