package io.millrace.operators.batch;

import io.millrace.core.request.QueuedRequest;
import io.millrace.core.request.Service;
import io.millrace.core.schedule.WaitingPolicy;
import io.millrace.core.schedule.policy.ServiceGap;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.DoubleSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * What tenants were served: a token of a prompt counts 1 when it is handed to the engine, one of an
 * answer 2 when it is there; in the gap, each divided by the weight that the policy goes by. The
 * task's thread counts; reporters read what it saw last.
 *
 * <p>INVARIANT: knows exactly the requests that the operator holds.
 */
final class TenantMeter {

    /** So many tenants, the first that come, have a metric each; all count for the gap. */
    private static final int SHOWN_TENANTS = 100;

    private final MetricGroup group;
    private final WaitingPolicy policy;
    private final ServiceGap service = new ServiceGap();
    private final Map<String, Held> held = new HashMap<>();
    private final Map<String, Shown> shown = new HashMap<>();
    private volatile double gap;
    private volatile double largestGap;

    TenantMeter(MetricGroup group, WaitingPolicy policy) {
        this.group = group;
        this.policy = policy;
        number(group, BatchMetrics.SERVICE_GAP, () -> gap);
        number(group, BatchMetrics.LARGEST_SERVICE_GAP, () -> largestGap);
    }

    /**
     * A request waits.
     *
     * @param answered tokens of its answer that it has already
     */
    void waits(QueuedRequest request, int answered) {
        Service asked = request.request().service();
        String tenant = asked.tenant();
        Held added = new Held(service.account(tenant), policy.weight(asked), answered);
        held.put(request.key(), added);
        service.waits(added.account);
        if (shown.size() < SHOWN_TENANTS) {
            shown.computeIfAbsent(tenant, this::show);
        }
    }

    /** The engine gets one that waited. */
    void handedOut(QueuedRequest request) {
        Held started = held.get(request.key());
        if (started != null && started.waits) {
            started.waits = false;
            service.waitsNoLonger(started.account);
            service.started(started.account, request.promptTokens().length, started.weight);
        }
    }

    /** An answer has so many tokens. */
    void answered(String key, int tokens) {
        Held running = held.get(key);
        if (running != null && tokens > running.answered) {
            service.generated(running.account, tokens - running.answered, running.weight);
            running.answered = tokens;
        }
    }

    /** One has its result, or is not wanted. */
    void left(String key, OptionalInt tokens) {
        tokens.ifPresent(all -> answered(key, all));
        Held left = held.remove(key);
        if (left != null && left.waits) {
            service.waitsNoLonger(left.account);
        }
    }

    /** Shows what is so now. */
    void look() {
        gap = service.gap();
        largestGap = Math.max(largestGap, gap);
        shown.values().forEach(each -> each.served = each.account.total());
    }

    private Shown show(String tenant) {
        Shown added = new Shown(service.account(tenant));
        number(
                group.addGroup(BatchMetrics.TENANT, tenant),
                BatchMetrics.TENANT_SERVICE,
                () -> added.served);
        return added;
    }

    private static void number(MetricGroup group, String name, DoubleSupplier value) {
        group.gauge(name, (Gauge<Double>) value::getAsDouble);
    }

    private static final class Held {
        private final ServiceGap.Account account;
        private final double weight;
        private boolean waits = true;
        private int answered;

        Held(ServiceGap.Account account, double weight, int answered) {
            this.account = account;
            this.weight = weight;
            this.answered = answered;
        }
    }

    private static final class Shown {
        private final ServiceGap.Account account;
        private volatile double served;

        Shown(ServiceGap.Account account) {
            this.account = account;
        }
    }
}
