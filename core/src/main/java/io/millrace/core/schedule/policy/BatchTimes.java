package io.millrace.core.schedule.policy;

import static io.millrace.core.internal.Arguments.check;

/**
 * How long a batch takes, bilinear in its size and its length (SCLS, 2406.13511, section 4.2; the
 * same form as in 2504.14966):
 *
 * <pre>
 * prefill(N, L) = p1*N*L + p2*N + p3*L + p4        N sequences of length L, ms
 * decode(N, l)  = d1*N*l + d2*N + d3*l + d4        one token for each at length l, ms
 * </pre>
 */
public record BatchTimes(
        double p1, double p2, double p3, double p4, double d1, double d2, double d3, double d4) {

    /**
     * In the proportions of a 7B model on an A100: 0.07 ms for a token of a prompt (the time that
     * computing takes at 60 % of the peak), 12 ms for a step that reads the weights, 0.0003 ms for
     * a token of context that it reads. Only proportions matter to an order.
     */
    public static final BatchTimes TYPICAL = new BatchTimes(0.07, 0.1, 0, 12, 0.0003, 0.05, 0, 12);

    public BatchTimes {
        double least =
                Math.min(
                        Math.min(Math.min(p1, p2), Math.min(p3, p4)),
                        Math.min(Math.min(d1, d2), Math.min(d3, d4)));
        check(least >= 0, "constants", least, "at least 0");
    }

    /** Milliseconds to prefill {@code n} prompts filled up to {@code length} tokens. */
    public double prefill(int n, int length) {
        return p1 * n * length + p2 * n + p3 * length + p4;
    }

    /**
     * Milliseconds until {@code n} sequences that begin at {@code length} have {@code tokens} more:
     * the sum of {@code decode(n, l)} over {@code l} from length to length + tokens - 1.
     */
    public double decode(int n, int length, int tokens) {
        double sumOfLengths = tokens * (length + (tokens - 1) / 2.0);
        return (d1 * n + d3) * sumOfLengths + (d2 * n + d4) * tokens;
    }

    /** Milliseconds to serve a batch: prefill to {@code length}, then so many tokens for each. */
    public double serve(int n, int length, int tokens) {
        return prefill(n, length) + decode(n, length, tokens);
    }
}
