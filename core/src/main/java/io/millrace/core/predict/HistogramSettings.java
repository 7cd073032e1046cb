package io.millrace.core.predict;

import static io.millrace.core.internal.Arguments.check;

/**
 * How much a {@link HistogramPredictor} remembers.
 *
 * @param window the last so many answers count, overall and of each tenant (Past-Future: 1,000)
 * @param minSamples with fewer answers that are long enough, a history says nothing
 * @param maxTenants tenants remembered; the one that was quiet longest is forgotten first
 */
public record HistogramSettings(int window, int minSamples, int maxTenants) {

    /** As Past-Future has it, for a thousand tenants. */
    public static final HistogramSettings DEFAULT = new HistogramSettings(1_000, 20, 1_000);

    public HistogramSettings {
        check(window >= 1, "window", window, "at least 1");
        check(
                minSamples >= 1 && minSamples <= window,
                "minSamples",
                minSamples,
                "1 to the window, " + window);
        check(maxTenants >= 0, "maxTenants", maxTenants, "at least 0");
    }
}
