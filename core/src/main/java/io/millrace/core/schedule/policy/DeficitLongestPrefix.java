package io.millrace.core.schedule.policy;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.schedule.Candidate;
import io.millrace.core.schedule.Discipline;
import io.millrace.core.schedule.Situation;
import io.millrace.core.schedule.Waiter;
import io.millrace.core.schedule.WaitingLine;
import io.millrace.core.schedule.WaitingPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Locality with fairness (deficit longest prefix match, DLPM, 2501.14312, Algorithm 1): among the
 * tenants that have credit left, the request whose prompt has the longest prefix in the cache goes
 * next. A start costs a tenant its uncached prompt tokens, a generated token costs {@link
 * VirtualTokenCounter#OUTPUT_PRICE}; once nobody who waits has credit, everybody gets the quantum,
 * as often as it takes. A larger quantum gives more locality and looser fairness.
 *
 * @param quantum credit of one round, tokens; the paper's Q^u
 */
public record DeficitLongestPrefix(double quantum) implements WaitingPolicy {

    static final double QUANTUM = 20_000;

    /** Looks at so many requests of each tenant: matching a prefix costs a walk through it. */
    private static final int LOOKED_AT = 64;

    public DeficitLongestPrefix {
        check(quantum > 0, "quantum", quantum, "above 0 tokens");
    }

    @Override
    public String name() {
        return "dlpm";
    }

    @Override
    public int horizon() {
        return 256;
    }

    @Override
    public <C extends Candidate> Discipline<C> begin() {
        return new Deficits<>();
    }

    private final class Deficits<C extends Candidate> implements Discipline<C> {
        private final Map<String, Double> credits = new HashMap<>();

        @Override
        public WaitingLine<C> newLine() {
            return new Line<>(this);
        }

        @Override
        public void started(Waiter<C> waiter, int cachedTokens) {
            if (waiter.starts() == 1) {
                int prompt = waiter.candidate().promptLength();
                charge(
                        waiter,
                        VirtualTokenCounter.INPUT_PRICE * Math.max(0, prompt - cachedTokens));
            }
        }

        @Override
        public void generated(Waiter<C> waiter, int tokens) {
            charge(waiter, VirtualTokenCounter.OUTPUT_PRICE * tokens);
        }

        private void charge(Waiter<C> waiter, double price) {
            String tenant = TenantLines.tenant(waiter);
            credits.put(tenant, credit(tenant) - price);
        }

        private double credit(String tenant) {
            return credits.getOrDefault(tenant, quantum);
        }

        private List<String> withCredit(Iterable<String> waiting) {
            List<String> tenants = new ArrayList<>();
            double rounds = Double.POSITIVE_INFINITY;
            for (String tenant : waiting) {
                double credit = credits.computeIfAbsent(tenant, t -> quantum);
                if (credit > 0) {
                    tenants.add(tenant);
                }
                rounds = Math.min(rounds, roundsUntilCredit(credit));
            }
            if (!tenants.isEmpty()) {
                return tenants;
            }
            double given = rounds;
            credits.replaceAll(
                    (tenant, credit) ->
                            credit + Math.min(given, roundsUntilCredit(credit)) * quantum);
            return withCredit(waiting);
        }

        private double roundsUntilCredit(double credit) {
            return credit > 0 ? 0 : Math.floor(-credit / quantum) + 1;
        }
    }

    private static final class Line<C extends Candidate> implements WaitingLine<C> {
        private final DeficitLongestPrefix.Deficits<C> deficits;
        private final TenantLines<C> lines = new TenantLines<>();

        Line(DeficitLongestPrefix.Deficits<C> deficits) {
            this.deficits = deficits;
        }

        @Override
        public void enter(Waiter<C> waiter) {
            lines.enter(waiter);
        }

        @Override
        public void remove(Waiter<C> waiter) {
            lines.remove(waiter);
        }

        @Override
        public @Nullable Waiter<C> first(Situation situation) {
            if (lines.tenants().isEmpty()) {
                return null;
            }
            Waiter<C> best = null;
            int longest = -1;
            for (String tenant : deficits.withCredit(lines.tenants())) {
                Iterator<Waiter<C>> waiting = lines.of(tenant).iterator();
                for (int i = 0; i < LOOKED_AT && waiting.hasNext(); i++) {
                    Waiter<C> waiter = waiting.next();
                    int cached = situation.cachedTokens(waiter.candidate());
                    if (best == null
                            || cached > longest
                            || (cached == longest && waiter.ticket() < best.ticket())) {
                        best = waiter;
                        longest = cached;
                    }
                }
            }
            return best;
        }
    }
}
