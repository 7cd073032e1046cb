package io.millrace.operators.route;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class RouteFunctionTest {

    @Test
    void putsEveryRequestInALaneAndASessionInOne() throws Exception {
        Service session = new Service("t", 0, Service.NO_DEADLINE, "session", null);
        try (var harness =
                new OneInputStreamOperatorTestHarness<QueuedRequest, QueuedRequest>(
                        new StreamMap<>(new RouteFunction(16)))) {
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
        assertThatThrownBy(() -> new RouteFunction(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lanes: 0");
    }
}
