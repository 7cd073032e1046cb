package io.millrace.core.schedule.policy;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.request.Service;
import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fair sharing by virtual token counters (VTC, 2401.00588, Algorithm 2): whoever has had the least
 * service goes next. A tenant's counter grows by {@link #INPUT_PRICE} for a token of a prompt when
 * it starts and by {@link #OUTPUT_PRICE} for a token generated, divided by the request's weight. A
 * tenant that comes back after a while is lifted to the least counter of those that wait, so that
 * it cannot save up. The head of the least counter is not skipped if it does not fit: skipping
 * breaks the bound, which for two backlogged tenants (Theorem 4.4) is
 *
 * <pre>
 * |W_i - W_j| at most 2 * max(w_p * L_input, w_q * M)
 * </pre>
 *
 * <p>with {@code L_input} the longest prompt and {@code M} the tokens that run together.
 *
 * <p>Charging an answer when it starts (section 5.4, length prediction) narrows the gap: what was
 * predicted is charged at once and set right as it is generated or at the end. With exact
 * predictions this is the paper's oracle.
 *
 * @param weights shares of tenants, above 0; those not named have the weight of their requests
 */
public record VirtualTokenCounter(Charging charging, Map<String, Double> weights)
        implements WaitingPolicy {

    /** Price of a token of a prompt; the paper's w_p. */
    public static final double INPUT_PRICE = 1;

    /** Price of a token of an answer; the paper's w_q. */
    public static final double OUTPUT_PRICE = 2;

    /** When the tokens of an answer are charged. */
    public enum Charging {
        /** As they are generated. */
        GENERATED,
        /** Those predicted when it starts, the difference later. */
        PREDICTED
    }

    public VirtualTokenCounter {
        weights = Map.copyOf(weights);
        weights.forEach(
                (tenant, weight) -> check(weight > 0, "weight." + tenant, weight, "above 0"));
    }

    @Override
    public String name() {
        return charging == Charging.GENERATED ? "vtc" : "vtc-predicted";
    }

    @Override
    public double weight(Service service) {
        return weights.getOrDefault(service.tenant(), service.weight());
    }

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        return new Counters<>();
    }

    private final class Counters<C extends Candidate> implements Discipline<C> {
        private final Map<String, Double> counters = new HashMap<>();
        private final Map<String, Integer> waiting = new HashMap<>();
        private final Map<Waiter<C>, Integer> prepaid = new HashMap<>();

        @Override
        public WaitingLine<C> newLine() {
            return new Line<>(this);
        }

        @Override
        public void started(Waiter<C> waiter, int cachedTokens) {
            if (waiter.starts() > 1) {
                return; // Its prompt is paid for.
            }
            charge(waiter, INPUT_PRICE * waiter.candidate().promptLength());
            if (charging == Charging.PREDICTED) {
                int predicted = waiter.candidate().expectedRemaining();
                prepaid.put(waiter, predicted);
                charge(waiter, OUTPUT_PRICE * predicted);
            }
        }

        @Override
        public void generated(Waiter<C> waiter, int tokens) {
            int paid = Math.min(tokens, prepaid.getOrDefault(waiter, 0));
            if (paid > 0) {
                prepaid.merge(waiter, -paid, Integer::sum);
            }
            charge(waiter, OUTPUT_PRICE * (tokens - paid));
        }

        @Override
        public void ended(Waiter<C> waiter) {
            Integer unused = prepaid.remove(waiter);
            if (unused != null) {
                charge(waiter, -OUTPUT_PRICE * unused);
            }
        }

        private void arrived(Waiter<C> waiter) {
            String tenant = TenantLines.tenant(waiter);
            if (!waiting.containsKey(tenant) && waiter.starts() == 0) {
                double least = Double.POSITIVE_INFINITY;
                for (String other : waiting.keySet()) {
                    least = Math.min(least, counter(other));
                }
                if (least < Double.POSITIVE_INFINITY) {
                    counters.merge(tenant, least, Math::max);
                }
            }
            waiting.merge(tenant, 1, Integer::sum);
        }

        private void left(Waiter<C> waiter) {
            waiting.computeIfPresent(
                    TenantLines.tenant(waiter), (tenant, n) -> n == 1 ? null : n - 1);
        }

        private void charge(Waiter<C> waiter, double price) {
            String tenant = TenantLines.tenant(waiter);
            double weight = weight(waiter.candidate().service());
            counters.merge(tenant, price / weight, Double::sum);
        }

        private double counter(String tenant) {
            return counters.getOrDefault(tenant, 0.0);
        }
    }

    private static final class Line<C extends Candidate> implements WaitingLine<C> {
        private final VirtualTokenCounter.Counters<C> counters;
        private final TenantLines<C> lines = new TenantLines<>();

        Line(VirtualTokenCounter.Counters<C> counters) {
            this.counters = counters;
        }

        @Override
        public void enter(Waiter<C> waiter) {
            counters.arrived(waiter);
            lines.enter(waiter);
        }

        @Override
        public void remove(Waiter<C> waiter) {
            counters.left(waiter);
            lines.remove(waiter);
        }

        @Override
        public @Nullable Waiter<C> first(Situation situation) {
            Waiter<C> first = null;
            double least = 0;
            for (String tenant : lines.tenants()) {
                Waiter<C> head = lines.of(tenant).head();
                double counter = counters.counter(tenant);
                if (first == null
                        || counter < least
                        || (counter == least && head.ticket() < first.ticket())) {
                    first = head;
                    least = counter;
                }
            }
            return first;
        }
    }
}
