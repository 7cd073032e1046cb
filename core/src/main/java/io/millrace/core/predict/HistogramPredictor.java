package io.millrace.core.predict;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Predicts from the last answers, of the tenant where there are enough, else of all: of those that
 * were longer than what is generated already, {@code P(L | L > generated)} (Past-Future). Where the
 * paper draws from that distribution again and again, this takes its median and its 0.9 quantile,
 * so that equal histories give equal plans.
 *
 * <p>Without enough such answers an answer is taken to be as long as allowed, or, once it is longer
 * than all that were seen, to double at most.
 */
public final class HistogramPredictor implements LengthPredictor {

    private static final double MEDIAN = 0.5;
    private static final double UPPER = 0.9;

    private final HistogramSettings settings;
    private final LengthWindow all;
    private final Map<String, LengthWindow> byTenant;

    public HistogramPredictor(HistogramSettings settings) {
        this.settings = settings;
        this.all = new LengthWindow(settings.window());
        this.byTenant = new LinkedHashMap<>(16, 0.75f, true);
    }

    /**
     * Goes on from snapshots: from one, or from those of several predictors whose histories are
     * interleaved, the latest of each last.
     */
    public static HistogramPredictor restore(
            HistogramSettings settings, List<HistogramState> states) {
        HistogramPredictor predictor = new HistogramPredictor(settings);
        interleave(states.stream().map(HistogramState::all).toList(), predictor.all);
        Map<String, List<int[]>> histories = new LinkedHashMap<>();
        for (HistogramState state : states) {
            state.byTenant()
                    .forEach(
                            (tenant, lengths) ->
                                    histories
                                            .computeIfAbsent(tenant, t -> new ArrayList<>())
                                            .add(lengths));
        }
        histories.forEach(
                (tenant, lengths) -> {
                    LengthWindow window = predictor.windowOf(tenant);
                    if (window != null) {
                        interleave(lengths, window);
                    }
                });
        return predictor;
    }

    /** What it has learned; shares nothing with it. */
    public HistogramState state() {
        Map<String, int[]> tenants = new LinkedHashMap<>();
        byTenant.forEach((tenant, window) -> tenants.put(tenant, window.toArray()));
        return new HistogramState(all.toArray(), tenants);
    }

    @Override
    public LengthEstimate predict(QueuedRequest request, int generated) {
        return predict(request.request().service().tenant(), request.maxTokens(), generated);
    }

    /**
     * The same where only the tenant and the limit are known.
     *
     * @param limit the most tokens of the answer
     */
    public LengthEstimate predict(String tenant, int limit, int generated) {
        LengthWindow ofTenant = byTenant.get(tenant);
        LengthWindow window =
                ofTenant != null && ofTenant.countAbove(generated) >= settings.minSamples()
                        ? ofTenant
                        : all;
        if (window.countAbove(generated) >= settings.minSamples()) {
            return new LengthEstimate(
                    Math.min(limit, window.quantileAbove(generated, MEDIAN)),
                    Math.min(limit, window.quantileAbove(generated, UPPER)));
        }
        boolean outgrown = all.countAbove(0) >= settings.minSamples();
        return LengthEstimate.atMost(
                outgrown ? (int) Math.min(limit, 2L * Math.max(1, generated)) : limit);
    }

    @Override
    public void observe(QueuedRequest request, int outputTokens) {
        observe(request.request().service().tenant(), outputTokens);
    }

    /** The same where only the tenant is known. */
    public void observe(String tenant, int outputTokens) {
        all.add(outputTokens);
        LengthWindow window = windowOf(tenant);
        if (window != null) {
            window.add(outputTokens);
        }
    }

    private @Nullable LengthWindow windowOf(String tenant) {
        LengthWindow window = byTenant.get(tenant);
        if (window == null && settings.maxTenants() > 0) {
            if (byTenant.size() == settings.maxTenants()) {
                byTenant.remove(byTenant.keySet().iterator().next());
            }
            window = new LengthWindow(settings.window());
            byTenant.put(tenant, window);
        }
        return window;
    }

    // Aligned at their latest lengths, so that a window keeps the latest of each.
    private static void interleave(List<int[]> histories, LengthWindow into) {
        int longest = histories.stream().mapToInt(history -> history.length).max().orElse(0);
        for (int age = longest; age >= 1; age--) {
            for (int[] history : histories) {
                if (age <= history.length) {
                    into.add(history[history.length - age]);
                }
            }
        }
    }
}
