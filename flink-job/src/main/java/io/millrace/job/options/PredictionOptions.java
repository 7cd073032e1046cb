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
                                    + " max_tokens; trained asks the predictor of"
                                    + " prediction.directory, and the histogram where that says"
                                    + " nothing or fails.");

    public static final ConfigOption<String> DIRECTORY =
            key("prediction.directory")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Directory that 'millrace train-predictor' wrote for this model, readable"
                                    + " wherever the job runs; only where prediction.estimator is"
                                    + " trained.");

    public static final ConfigOption<Boolean> ONLINE =
            key("prediction.online")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether the quantiles of a trained predictor are corrected by the answers"
                                    + " that end: each is shifted, by a factor of at most 8, so that"
                                    + " the share of answers below it comes to be what it says. Only"
                                    + " where prediction.estimator is trained.");

    /** Where estimates come from. */
    public enum Estimator {
        HISTOGRAM("histogram", Prediction.HISTOGRAM),
        UPPER_BOUND("upper-bound", Prediction.UPPER_BOUND),
        TRAINED("trained", Prediction.HISTOGRAM);

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
