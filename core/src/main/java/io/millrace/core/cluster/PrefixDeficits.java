package io.millrace.core.cluster;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.request.QueuedRequest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Prefix locality with deficits (D2LPM, 2501.14312, section 4.3): of the engines on which the
 * tenant has credit left, the one whose cache has the longest prefix of the prompt; of several the
 * least loaded. A request costs its tenant, on that engine, what has to be computed: the uncached
 * prompt and twice the predicted answer. Where the tenant has no credit anywhere, it gets the
 * quantum everywhere.
 */
public final class PrefixDeficits implements Router {

    private static final double OUTPUT_PRICE = 2;

    private final double quantum;
    private final Map<String, double[]> credits = new HashMap<>();

    /**
     * Gives this much at a time.
     *
     * @param quantum tokens, above 0; more gives more locality and less balance
     */
    public PrefixDeficits(double quantum) {
        check(quantum > 0, "quantum", quantum, "above 0 tokens");
        this.quantum = quantum;
    }

    @Override
    public String name() {
        return "prefix-deficits";
    }

    @Override
    public int route(QueuedRequest request, List<? extends EngineLoad> engines) {
        double[] credit =
                credits.computeIfAbsent(
                        request.request().service().tenant(), t -> new double[engines.size()]);
        while (Arrays.stream(credit).noneMatch(q -> q > 0)) {
            for (int i = 0; i < credit.length; i++) {
                credit[i] += quantum;
            }
        }
        int best = -1;
        int longest = 0;
        for (int i = 0; i < engines.size(); i++) {
            if (credit[i] <= 0) {
                continue;
            }
            int cached = engines.get(i).cachedTokens(request);
            if (best < 0
                    || cached > longest
                    || (cached == longest && isLighter(engines.get(i), engines.get(best)))) {
                best = i;
                longest = cached;
            }
        }
        credit[best] -=
                request.promptTokens().length
                        - longest
                        + OUTPUT_PRICE * request.predicted().median();
        return best;
    }

    private static boolean isLighter(EngineLoad left, EngineLoad right) {
        return left.predictedRemaining() < right.predictedRemaining();
    }
}
