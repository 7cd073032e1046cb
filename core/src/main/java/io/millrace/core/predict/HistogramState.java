package io.millrace.core.predict;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a {@link HistogramPredictor} has learned, for a snapshot.
 *
 * @param all lengths of the last answers, the latest last; treated as immutable
 * @param byTenant the same of each tenant, the tenant that answered last at the end
 */
public record HistogramState(int[] all, Map<String, int[]> byTenant) {

    /** Nothing learned yet. */
    public static final HistogramState EMPTY = new HistogramState(new int[0], Map.of());

    public HistogramState {
        byTenant = Collections.unmodifiableMap(new LinkedHashMap<>(byTenant));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HistogramState that
                && Arrays.equals(all, that.all)
                && byTenant.keySet().equals(that.byTenant.keySet())
                && byTenant.entrySet().stream()
                        .allMatch(e -> Arrays.equals(e.getValue(), that.byTenant.get(e.getKey())));
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(all) + byTenant.keySet().hashCode();
    }

    @Override
    public String toString() {
        return "HistogramState[%d answers, %d tenants]".formatted(all.length, byTenant.size());
    }
}
