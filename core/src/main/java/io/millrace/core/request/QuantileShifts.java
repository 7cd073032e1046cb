package io.millrace.core.request;

import static io.millrace.core.internal.Arguments.check;

import java.util.List;

/**
 * By how much predicted quantiles are corrected, in logarithms of the tokens still to come. An
 * immutable value.
 *
 * @param median of the median
 * @param upper of the 0.9 quantile
 */
public record QuantileShifts(double median, double upper) {

    /** Nothing is corrected. */
    public static final QuantileShifts NONE = new QuantileShifts(0, 0);

    public QuantileShifts {
        check(Double.isFinite(median), "median", median, "a number");
        check(Double.isFinite(upper), "upper", upper, "a number");
    }

    /** Where a tracker goes on that takes over from several; {@link #NONE} if there are none. */
    public static QuantileShifts mean(List<QuantileShifts> all) {
        return new QuantileShifts(
                all.stream().mapToDouble(QuantileShifts::median).average().orElse(0),
                all.stream().mapToDouble(QuantileShifts::upper).average().orElse(0));
    }
}
