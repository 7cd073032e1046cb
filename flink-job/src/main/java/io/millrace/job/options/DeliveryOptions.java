package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.connector.base.DeliveryGuarantee;

/** Options of delivery: how often and how soon a result is seen. */
@PublicEvolving
public final class DeliveryOptions {

    public static final ConfigOption<DeliveryGuarantee> GUARANTEE =
            key("delivery.guarantee")
                    .enumType(DeliveryGuarantee.class)
                    .defaultValue(DeliveryGuarantee.EXACTLY_ONCE)
                    .withDescription(
                            "exactly-once: a result is seen at the next checkpoint, once, by"
                                    + " consumers that read committed records. at-least-once: at"
                                    + " once, perhaps again after a failure.");

    private DeliveryOptions() {}
}
