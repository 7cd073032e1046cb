package io.millrace.core.predict;

import static io.millrace.core.internal.Arguments.check;

import java.util.ArrayList;
import java.util.List;

/**
 * How good predictions were, in tokens still to come. An immutable value.
 *
 * @param points predictions judged
 * @param complete of those, of answers that ended by themselves
 * @param r2 share of the variance that the predicted mean explains, of complete answers
 * @param maeTokens mean distance of the predicted median, of complete answers
 * @param r2WithinLimit the same of all answers, each taken to end at its limit at the latest, the
 *     prediction too: what a scheduler sees
 * @param maeTokensWithinLimit likewise
 * @param pinballTokens mean pinball loss over all levels, within limits
 * @param calibration per level, where it should be the level: the share of answers that were not
 *     longer than the quantile, of all predictions whose quantile is below the limit; NaN if there
 *     is none
 */
public record PredictionAccuracy(
        int points,
        int complete,
        double r2,
        double maeTokens,
        double r2WithinLimit,
        double maeTokensWithinLimit,
        double pinballTokens,
        List<Double> calibration) {

    public PredictionAccuracy {
        calibration = List.copyOf(calibration);
    }

    /**
     * A prediction and what came.
     *
     * @param quantiles as {@link QuantileNetwork#remaining} has them; treated as immutable
     * @param remaining tokens that came; where the answer was cut as many as the limit left
     * @param limit the most that could have come
     * @param cut whether the answer ended at its limit, so that it would have been longer
     */
    public record Judged(double[] quantiles, int remaining, int limit, boolean cut) {}

    /** Judges predictions, at least one. */
    public static PredictionAccuracy of(List<Judged> all) {
        check(!all.isEmpty(), "predictions", all.size(), "at least 1");
        List<Judged> complete = all.stream().filter(judged -> !judged.cut()).toList();
        return new PredictionAccuracy(
                all.size(),
                complete.size(),
                r2(complete, Double.POSITIVE_INFINITY),
                mae(complete, Double.POSITIVE_INFINITY),
                r2(all, 1),
                mae(all, 1),
                pinball(all),
                calibration(all));
    }

    private static double r2(List<Judged> judged, double limits) {
        double mean = judged.stream().mapToInt(Judged::remaining).average().orElse(0);
        double total = 0;
        double unexplained = 0;
        for (Judged each : judged) {
            double predicted =
                    Math.min(LengthQuantiles.mean(each.quantiles()), limits * each.limit());
            total += square(each.remaining() - mean);
            unexplained += square(each.remaining() - predicted);
        }
        return 1 - unexplained / total;
    }

    private static double mae(List<Judged> judged, double limits) {
        double sum = 0;
        for (Judged each : judged) {
            double predicted =
                    Math.min(LengthQuantiles.median(each.quantiles()), limits * each.limit());
            sum += Math.abs(each.remaining() - predicted);
        }
        return sum / judged.size();
    }

    private static double pinball(List<Judged> judged) {
        double sum = 0;
        for (Judged each : judged) {
            for (int i = 0; i < each.quantiles().length; i++) {
                double level = QuantileNetwork.LEVELS.get(i);
                double error = each.remaining() - Math.min(each.quantiles()[i], each.limit());
                sum += Math.max(level * error, (level - 1) * error);
            }
        }
        return sum / judged.size() / QuantileNetwork.LEVELS.size();
    }

    // Chosen by the prediction alone, so that the share is not biased by what came.
    private static List<Double> calibration(List<Judged> judged) {
        List<Double> shares = new ArrayList<>();
        for (int i = 0; i < QuantileNetwork.LEVELS.size(); i++) {
            int level = i;
            List<Judged> known =
                    judged.stream().filter(each -> each.quantiles()[level] < each.limit()).toList();
            long below =
                    known.stream()
                            .filter(each -> each.remaining() <= each.quantiles()[level])
                            .count();
            shares.add((double) below / known.size());
        }
        return shares;
    }

    private static double square(double value) {
        return value * value;
    }
}
