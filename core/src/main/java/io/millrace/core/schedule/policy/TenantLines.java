package io.millrace.core.schedule.policy;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Waiter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Those that wait in one line, by tenant and in the order of arrival. */
final class TenantLines<C extends Candidate> {

    private final Map<String, OrderedLine<C>> byTenant = new HashMap<>();

    void enter(Waiter<C> waiter) {
        byTenant.computeIfAbsent(
                        tenant(waiter), t -> new OrderedLine<>(Comparator.comparingLong(w -> 0)))
                .enter(waiter);
    }

    void remove(Waiter<C> waiter) {
        OrderedLine<C> line = byTenant.get(tenant(waiter));
        if (line != null) {
            line.remove(waiter);
            if (line.isEmpty()) {
                byTenant.remove(tenant(waiter));
            }
        }
    }

    /** Those of which somebody waits. */
    Set<String> tenants() {
        return byTenant.keySet();
    }

    /** The line of a tenant of which somebody waits. */
    OrderedLine<C> of(String tenant) {
        OrderedLine<C> line = byTenant.get(tenant);
        if (line == null) {
            throw new IllegalStateException(tenant + " has nobody waiting");
        }
        return line;
    }

    static String tenant(Waiter<?> waiter) {
        return waiter.candidate().service().tenant();
    }
}
