package io.millrace.core.simulate;

import static io.millrace.core.internal.Arguments.check;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** When requests come. */
public enum Arrivals {

    /** As in the trace, slowed down or sped up to the load. */
    TRACE,
    /** Independent of each other: exponential gaps. */
    POISSON,
    /** Gaps of Gamma(0.73, 10.41), which ELIS (2505.09142) fitted to the FabriX trace. */
    GAMMA,
    /** A hundred at once, then a pause. */
    BURSTS,
    /** All at once, as from a file. */
    ONCE;

    private static final double GAMMA_SHAPE = 0.73;
    private static final int BURST = 100;

    /**
     * The one of that name.
     *
     * @throws IllegalArgumentException listing those that there are
     */
    public static Arrivals named(String name) {
        for (Arrivals arrivals : values()) {
            if (arrivals.name().toLowerCase(Locale.ROOT).equals(name)) {
                return arrivals;
            }
        }
        check(false, "arrivals", name, "trace, poisson, gamma, bursts or once");
        return TRACE;
    }

    /**
     * The gap before a request, in units of the mean gap.
     *
     * @param index which request, from 0
     * @param own the gap in the trace, in units of its mean
     */
    double gap(int index, double own, RandomGenerator random) {
        return switch (this) {
            case TRACE -> own;
            case POISSON -> random.nextExponential();
            case GAMMA -> gamma(random) / GAMMA_SHAPE;
            case ONCE -> 0;
            case BURSTS -> index % BURST == 0 ? BURST : 0;
        };
    }

    /**
     * A draw of Gamma(0.73, 1), whose mean is 0.73: Marsaglia and Tsang's method (2000) for shape +
     * 1, times a uniform to the power of 1 / shape.
     */
    private static double gamma(RandomGenerator random) {
        double d = GAMMA_SHAPE + 1 - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0
                    && Math.log(1 - random.nextDouble())
                            < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v * Math.pow(1 - random.nextDouble(), 1 / GAMMA_SHAPE);
            }
        }
    }
}
