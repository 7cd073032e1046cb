package io.millrace.core.simulate;

import io.millrace.core.schedule.policy.ServiceGap;

/** A request on its way through the simulation. */
final class Life {

    private static final double NEVER = -1;

    private final TraceRequest request;
    private final int maxTokens;
    private final ServiceGap.Account account;
    private final double weight;
    private double startedMs = NEVER;
    private double firstTokenMs = NEVER;
    private int generated;

    Life(TraceRequest request, int maxTokens, ServiceGap.Account account, double weight) {
        this.account = account;
        this.weight = weight;
        this.request = request;
        this.maxTokens = maxTokens;
    }

    TraceRequest request() {
        return request;
    }

    ServiceGap.Account account() {
        return account;
    }

    /** By which its service counts. */
    double weight() {
        return weight;
    }

    int maxTokens() {
        return maxTokens;
    }

    /** Whether this is its first start. */
    boolean starts(double nowMs) {
        boolean first = startedMs == NEVER;
        startedMs = first ? nowMs : startedMs;
        return first;
    }

    /** Whether the answer is complete with this token. */
    boolean grows(double nowMs) {
        firstTokenMs = generated == 0 ? nowMs : firstTokenMs;
        generated++;
        return generated == request.outputTokens();
    }

    double queueMs() {
        return startedMs - request.arrivalMs();
    }

    double firstTokenAfterMs() {
        return firstTokenMs - request.arrivalMs();
    }
}
