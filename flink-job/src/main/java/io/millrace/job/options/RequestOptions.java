package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Options of admission: which requests are taken. */
@PublicEvolving
public final class RequestOptions {

    public static final ConfigOption<List<String>> MODEL_NAMES =
            key("requests.model-names")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Further names by which a request may ask for the job's model, with"
                                    + " semicolons between; its own name, and none at all, always"
                                    + " work. Any other name is answered with the error"
                                    + " unknown_model.");

    public static final ConfigOption<MemorySize> MAX_SIZE =
            key("requests.max-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(8))
                    .withDescription(
                            "The largest record; a larger one is answered with the error"
                                    + " request_too_large.");

    public static final ConfigOption<Duration> DEDUPLICATION_WINDOW =
            key("requests.deduplication-window")
                    .durationType()
                    .defaultValue(Duration.ZERO)
                    .withDescription(
                            "For producers that may send an id twice: the second within this time"
                                    + " is dropped and counted. 0 turns it off, and then each copy"
                                    + " gets an answer.");

    public static final ConfigOption<Duration> CANCELLATION_WINDOW =
            key("requests.cancellation-window")
                    .durationType()
                    .defaultValue(Duration.ofHours(1))
                    .withDescription(
                            "How long a cancellation is remembered, for requests that were sent"
                                    + " before it but are read after it.");

    public static final ConfigOption<GenerationDefaults> GENERATION_DEFAULTS =
            key("requests.generation-defaults")
                    .enumType(GenerationDefaults.class)
                    .defaultValue(GenerationDefaults.MODEL)
                    .withDescription(
                            "Where temperature, top_k, top_p, min_p and repetition_penalty come"
                                    + " from if a request does not say: model takes what"
                                    + " generation_config.json recommends, and the dialect's"
                                    + " defaults for the rest; none takes only those: greedy in"
                                    + " native lines and Arrow rows, temperature 1 in the others.");

    /** Who decides what a request leaves open. */
    public enum GenerationDefaults {
        MODEL("model"),
        NONE("none");

        private final String value;

        GenerationDefaults(String value) {
            this.value = value;
        }

        @Override
        public String toString() {
            return value;
        }
    }

    private RequestOptions() {}
}
