package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.millrace.core.schedule.policy.WaitingPolicies;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;

/** Options of scheduling: who goes next, and how many together. */
@PublicEvolving
public final class SchedulingOptions {

    public static final ConfigOption<String> POLICY =
            key("scheduling.policy")
                    .stringType()
                    .defaultValue("bucketserve")
                    .withDescription(
                            "Who goes next among the requests that wait, before the engine and in"
                                    + " it: "
                                    + String.join(", ", WaitingPolicies.names())
                                    + ". Parameters of a policy follow its name, as in"
                                    + " isrtf(ageing=2); see docs/scheduling.md. Priorities and"
                                    + " deadlines go before any of them.");

    public static final ConfigOption<String> ADMISSION =
            key("scheduling.admission")
                    .stringType()
                    .defaultValue("past-future")
                    .withDescription(
                            "How many sequences share the KV cache: past-future admits by the"
                                    + " predicted peak of their memory, past-future-tails too and"
                                    + " predicts anew while answers grow, conservative reserves the"
                                    + " longest possible answer of each, aggressive counts only"
                                    + " the tokens that there are, watermark does that too and"
                                    + " keeps 1 % free (vLLM).");

    public static final ConfigOption<Double> ADMISSION_RESERVE =
            key("scheduling.admission.reserve")
                    .doubleType()
                    .defaultValue(0.05)
                    .withDescription(
                            "Share of the KV cache that past-future admission keeps free for"
                                    + " wrong predictions, 0 to 0.5.");

    public static final ConfigOption<String> BUCKET_ORDER =
            key("scheduling.bucket-order")
                    .stringType()
                    .defaultValue("fcfs")
                    .withDescription(
                            "The order inside a length bucket, where scheduling.policy is"
                                    + " bucketserve or bucketserve-quantile: "
                                    + String.join(", ", WaitingPolicies.orders())
                                    + ".");

    public static final ConfigOption<Integer> QUEUE_CAPACITY =
            key("scheduling.queue-capacity")
                    .intType()
                    .defaultValue(10_000)
                    .withDescription(
                            "Requests without a result that one engine's queue holds, all of them"
                                    + " in state; when it is full, reading pauses.");

    public static final ConfigOption<Long> QUEUE_TOKENS =
            key("scheduling.queue-tokens")
                    .longType()
                    .defaultValue(20_000_000L)
                    .withDescription(
                            "The same as prompt tokens, which bounds memory where prompts are long"
                                    + " (4 bytes each, on the heap and in state).");

    public static final ConfigOption<Integer> LANES =
            key("scheduling.lanes")
                    .intType()
                    .defaultValue(128)
                    .withDescription(
                            "Keys that requests are spread over, and the most engines that a later"
                                    + " restart may have. Fixed for the life of the job's state.");

    private SchedulingOptions() {}
}
