package io.millrace.core.simulate;

import static io.millrace.core.internal.Arguments.check;

import java.util.List;

/**
 * One request of a trace.
 *
 * @param arrivalMs milliseconds since the trace began
 * @param promptTokens at least 1
 * @param outputTokens tokens that the answer will have, at least 1; no policy sees them
 * @param tenant whose request it is
 * @param prefix ids of the blocks of its prompt, first to last; two prompts with equal ids at the
 *     beginning share that much. Empty if unknown
 */
public record TraceRequest(
        double arrivalMs, int promptTokens, int outputTokens, String tenant, List<Long> prefix) {

    /** The tenant of a trace that names none. */
    public static final String NO_TENANT = "default";

    public TraceRequest {
        check(arrivalMs >= 0, "arrival", arrivalMs, "at least 0 ms");
        check(promptTokens >= 1, "prompt tokens", promptTokens, "at least 1");
        check(outputTokens >= 1, "output tokens", outputTokens, "at least 1");
        prefix = List.copyOf(prefix);
    }

    /** The same at another time, from a tenant. */
    TraceRequest at(double newArrivalMs, String newTenant) {
        return new TraceRequest(newArrivalMs, promptTokens, outputTokens, newTenant, prefix);
    }
}
