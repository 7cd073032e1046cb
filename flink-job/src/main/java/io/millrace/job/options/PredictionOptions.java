package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.millrace.operators.batch.BatchSettings.Prediction;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;

/** Options of prediction: how long an answer will be. */
@PublicEvolving
public final class PredictionOptions {

    public static final ConfigOption<Estimator> ESTIMATOR =
            key("prediction.estimator")
                    .enumType(Estimator.class)
                    .defaultValue(Estimator.HISTOGRAM)
                    .withDescription(
                            "Where the predicted length of an answer comes from: histogram from the"
                                    + " answers so far, overall and per tenant; upper-bound takes"
                                    + " max_tokens.");

    /** Estimators that need no model. */
    public enum Estimator {
        HISTOGRAM("histogram", Prediction.HISTOGRAM),
        UPPER_BOUND("upper-bound", Prediction.UPPER_BOUND);

        private final String value;
        private final Prediction prediction;

        Estimator(String value, Prediction prediction) {
            this.value = value;
            this.prediction = prediction;
        }

        Prediction prediction() {
            return prediction;
        }

        @Override
        public String toString() {
            return value;
        }
    }

    private PredictionOptions() {}
}
