package io.millrace.operators.batch;

import static io.millrace.operators.testing.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.policy.WaitingPolicies;
import java.util.List;
import java.util.OptionalInt;
import org.apache.flink.metrics.testutils.MetricListener;
import org.junit.jupiter.api.Test;

class TenantMeterTest {

    private final MetricListener listener = new MetricListener();
    private final TenantMeter meter =
            new TenantMeter(
                    listener.getMetricGroup(), WaitingPolicies.named("vtc(weight.chosen=4)"));

    @Test
    void countsPromptsWhenTheyAreHandedOutAndAnswersAsTheyGrow() {
        QueuedRequest first = of("a", "first");
        meter.waits(first, 0);
        meter.waits(of("a", "second"), 0);
        meter.waits(of("b", "third"), 0);
        meter.handedOut(first);
        meter.answered("first", 5);
        meter.answered("first", 5);
        meter.look();
        assertThat(service("a")).isEqualTo(3 + 2 * 5);
        assertThat(service("b")).isZero();
        assertThat(gauge(BatchMetrics.SERVICE_GAP)).isEqualTo(13.0);

        meter.left("first", OptionalInt.of(7));
        meter.look();
        assertThat(service("a")).isEqualTo(3 + 2 * 7);
    }

    @Test
    void comparesOnlyTenantsThatWait() {
        QueuedRequest only = of("a", "only");
        meter.waits(only, 0);
        meter.waits(of("b", "other"), 0);
        meter.handedOut(only);
        meter.answered("only", 50);
        meter.look();
        assertThat(gauge(BatchMetrics.SERVICE_GAP)).isEqualTo(0.0);
        assertThat(gauge(BatchMetrics.LARGEST_SERVICE_GAP)).isEqualTo(0.0);
    }

    @Test
    void countsNothingTwiceAfterARestart() {
        QueuedRequest resumed = of("a", "resumed");
        meter.waits(resumed, 40);
        meter.handedOut(resumed);
        meter.answered("resumed", 42);
        meter.left("resumed", OptionalInt.empty());
        meter.left("resumed", OptionalInt.empty());
        meter.look();
        assertThat(service("a")).isEqualTo(3 + 2 * 2);
    }

    @Test
    void theGapCountsServiceByWeight() {
        QueuedRequest light = of("light", 1, "light");
        QueuedRequest heavy = of("heavy", 2, "heavy");
        for (QueuedRequest each : List.of(light, heavy)) {
            meter.waits(each, 0);
            meter.waits(of(each.request().service().tenant(), 1, each.key() + "-waits"), 0);
        }
        meter.handedOut(light);
        meter.handedOut(heavy);
        meter.answered("light", 10);
        meter.answered("heavy", 10);
        meter.look();
        assertThat(gauge(BatchMetrics.SERVICE_GAP)).isEqualTo(23 - 23 / 2.0);
        assertThat(service("heavy")).isEqualTo(23);
    }

    @Test
    void aWeightOfThePolicyWinsOverTheRequests() {
        QueuedRequest chosen = of("chosen", 2, "chosen");
        meter.waits(chosen, 0);
        meter.waits(of("chosen", 2, "waits"), 0);
        meter.waits(of("other", 1, "other"), 0);
        meter.handedOut(chosen);
        meter.answered("chosen", 10);
        meter.look();
        assertThat(gauge(BatchMetrics.SERVICE_GAP)).isEqualTo(23 / 4.0);
    }

    private double service(String tenant) {
        return (Double)
                listener.getGauge(BatchMetrics.TENANT, tenant, BatchMetrics.TENANT_SERVICE)
                        .orElseThrow()
                        .getValue();
    }

    private Object gauge(String name) {
        return listener.getGauge(name).orElseThrow().getValue();
    }

    private static QueuedRequest of(String tenant, String key) {
        return of(tenant, 1, key);
    }

    private static QueuedRequest of(String tenant, double weight, String key) {
        Service service = new Service(tenant, weight, 0, Service.NO_DEADLINE, null, null);
        return request(key, key, 1, service, 0, 100, 7, 8, 9);
    }
}
