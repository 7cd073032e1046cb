package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.millrace.operators.route.RoutePlan;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;

/** Options of routing: which engine a request goes to. */
@PublicEvolving
public final class RoutingOptions {

    public static final ConfigOption<String> POLICY =
            key("routing.policy")
                    .stringType()
                    .defaultValue(RoutePlan.LANES)
                    .withDescription(
                            "Which of several engines a request goes to: lanes keeps sessions and"
                                    + " common prefixes together and levels the rest, least-load"
                                    + " takes the engine that was lately sent the fewest tokens by"
                                    + " prediction, bounded-hash keeps sessions and tenants together"
                                    + " unless their engine was sent too much, round-robin takes"
                                    + " turns. Engines report nothing back: a load is what was sent.");

    private RoutingOptions() {}
}
