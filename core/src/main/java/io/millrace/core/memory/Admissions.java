package io.millrace.core.memory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;

/** The admission rules that options can name. */
public final class Admissions {

    /** By predicted peak memory, see {@link PeakMemoryAdmission}. */
    public static final String PAST_FUTURE = "past-future";

    /** The same, with lengths predicted anew from the tail of those seen, while answers grow. */
    public static final String PAST_FUTURE_TAILS = "past-future-tails";

    /** By token limits, see {@link ConservativeAdmission}. */
    public static final String CONSERVATIVE = "conservative";

    private static final double VLLM_WATERMARK = 0.01;

    private static final Map<String, DoubleFunction<Admission>> ALL = new LinkedHashMap<>();

    static {
        ALL.put(PAST_FUTURE, PeakMemoryAdmission::new);
        ALL.put(PAST_FUTURE_TAILS, PeakMemoryAdmission::new);
        ALL.put(CONSERVATIVE, reserve -> new ConservativeAdmission());
        ALL.put("aggressive", reserve -> new CurrentUsageAdmission(0));
        ALL.put("watermark", reserve -> new CurrentUsageAdmission(VLLM_WATERMARK));
    }

    private Admissions() {}

    /**
     * The rule of that name.
     *
     * @param reserve share of the pool that past-future keeps for wrong predictions, 0 to 0.5
     * @throws IllegalArgumentException if there is none, listing those that there are
     */
    public static Admission named(String name, double reserve) {
        DoubleFunction<Admission> make = ALL.get(name);
        if (make == null) {
            throw new IllegalArgumentException(
                    "admission: %s (expected: one of %s)"
                            .formatted(name, String.join(", ", names())));
        }
        return make.apply(reserve);
    }

    /** Every name. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }
}
