package io.millrace.core.schedule.policy;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The difference in service between tenants that wait: a token of a prompt counts 1, one of an
 * answer 2, each divided by the request's weight (VTC, 2401.00588). Counted since the set of those
 * that wait last changed, because only among tenants that wait all the time is a difference unfair.
 * One thread only.
 */
public final class ServiceGap {

    private final Map<String, Account> accounts = new HashMap<>();
    private final Set<Account> waiting = new LinkedHashSet<>();
    private long epoch;

    /** The service of a tenant. */
    public static final class Account {
        private int waits;
        private long epoch;
        private double served;
        private double total;

        private Account() {}

        /** Units since the beginning, whatever the weights. */
        public double total() {
            return total;
        }
    }

    /** The account of a tenant. */
    public Account account(String tenant) {
        return accounts.computeIfAbsent(tenant, t -> new Account());
    }

    /** A request of the tenant waits. */
    public void waits(Account account) {
        if (account.waits++ == 0) {
            waiting.add(account);
            epoch++;
        }
    }

    /** One that waited does so no longer. */
    public void waitsNoLonger(Account account) {
        if (--account.waits == 0) {
            waiting.remove(account);
            epoch++;
        }
    }

    /** A prompt is computed. */
    public void started(Account account, int promptTokens, double weight) {
        serve(account, VirtualTokenCounter.INPUT_PRICE * promptTokens, weight);
    }

    /** Tokens were generated. */
    public void generated(Account account, int tokens, double weight) {
        serve(account, VirtualTokenCounter.OUTPUT_PRICE * tokens, weight);
    }

    /** The largest difference between two tenants that wait; 0 if fewer do. */
    public double gap() {
        if (waiting.size() < 2) {
            return 0;
        }
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (Account account : waiting) {
            double service = account.epoch == epoch ? account.served : 0;
            least = Math.min(least, service);
            most = Math.max(most, service);
        }
        return most - least;
    }

    private void serve(Account account, double units, double weight) {
        account.served = units / weight + (account.epoch == epoch ? account.served : 0);
        account.epoch = epoch;
        account.total += units;
    }
}
