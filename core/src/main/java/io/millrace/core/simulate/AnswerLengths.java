package io.millrace.core.simulate;

import static io.millrace.core.internal.Arguments.check;

import io.millrace.core.predict.HistogramPredictor;
import io.millrace.core.predict.HistogramSettings;
import io.millrace.core.request.LengthEstimate;
import java.util.Locale;
import java.util.SplittableRandom;

/** What a simulated predictor says of an answer whose length the simulator knows. */
final class AnswerLengths {

    private static final double UPPER_DEVIATIONS = 1.28;

    private final Kind kind;
    private final double error;
    private final SplittableRandom random;
    private final HistogramPredictor histogram = new HistogramPredictor(HistogramSettings.DEFAULT);

    /** Where predictions come from. */
    enum Kind {
        /** The truth. */
        ORACLE,
        /** What is left, times a log-normal error: drawn anew with every prediction. */
        NOISY,
        /** The lengths of the last answers, as the job has it. */
        HISTOGRAM,
        /** The limit of the request. */
        LIMIT;

        static Kind named(String name) {
            for (Kind kind : values()) {
                if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return kind;
                }
            }
            check(false, "predictor", name, "oracle, noisy, histogram or limit");
            return LIMIT;
        }
    }

    AnswerLengths(Kind kind, double error, long seed) {
        this.kind = kind;
        this.error = error;
        this.random = new SplittableRandom(seed);
    }

    LengthEstimate predict(TraceRequest request, int limit, int generated) {
        return switch (kind) {
            case ORACLE -> LengthEstimate.atMost(request.outputTokens());
            case NOISY -> noisy(request.outputTokens() - generated, limit, generated);
            case HISTOGRAM -> histogram.predict(request.tenant(), limit, generated);
            case LIMIT -> LengthEstimate.atMost(limit);
        };
    }

    void observe(TraceRequest request) {
        if (kind == Kind.HISTOGRAM) {
            histogram.observe(request.tenant(), request.outputTokens());
        }
    }

    private LengthEstimate noisy(int left, int limit, int generated) {
        double median = Math.max(1, left) * Math.exp(error * random.nextGaussian());
        double upper = median * Math.exp(error * UPPER_DEVIATIONS);
        return new LengthEstimate(
                (int) Math.min(limit, generated + Math.ceil(median)),
                (int) Math.min(limit, generated + Math.ceil(upper)));
    }
}
