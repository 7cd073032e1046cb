package io.millrace.core.predict;

import java.util.Collection;

/**
 * What a histogram of known lengths says of an answer that has some tokens already: what every
 * trained predictor has to beat. One thread only.
 */
public final class LengthBaseline {

    private final LengthWindow window;

    /**
     * A histogram of all these.
     *
     * @param lengths of whole answers, at least one; of those that were cut, where they were
     */
    public LengthBaseline(Collection<Integer> lengths) {
        window = new LengthWindow(lengths.size());
        lengths.forEach(window::add);
    }

    /** Quantiles of the tokens still to come, as {@link QuantileNetwork#remaining} has them. */
    public double[] remaining(int generated) {
        double[] quantiles = new double[QuantileNetwork.LEVELS.size()];
        boolean outgrown = window.countAbove(generated) == 0;
        for (int i = 0; i < quantiles.length; i++) {
            quantiles[i] =
                    outgrown
                            ? Math.max(1, generated)
                            : window.quantileAbove(generated, QuantileNetwork.LEVELS.get(i))
                                    - generated;
        }
        return quantiles;
    }
}
