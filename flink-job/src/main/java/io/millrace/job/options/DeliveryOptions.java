package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;

/** Options of delivery: how often and how soon a result is seen. */
@PublicEvolving
public final class DeliveryOptions {

    /** Flink's {@code execution.checkpointing.interval}, where that is not set. */
    public static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

    public static final ConfigOption<Guarantee> GUARANTEE =
            key("delivery.guarantee")
                    .enumType(Guarantee.class)
                    .defaultValue(Guarantee.EXACTLY_ONCE)
                    .withDescription(
                            "exactly-once: a result is seen at the next checkpoint, once, by"
                                    + " consumers that read committed records. at-least-once: at"
                                    + " once, perhaps again after a failure.");

    /** How often a result is seen after failures. */
    public enum Guarantee {
        EXACTLY_ONCE("exactly-once"),
        AT_LEAST_ONCE("at-least-once");

        private final String value;

        Guarantee(String value) {
            this.value = value;
        }

        @Override
        public String toString() {
            return value;
        }
    }

    private DeliveryOptions() {}
}
