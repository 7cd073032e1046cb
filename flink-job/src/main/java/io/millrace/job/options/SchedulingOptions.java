package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;

/** Options of scheduling: who goes next, and how many together. */
@PublicEvolving
public final class SchedulingOptions {

    public static final ConfigOption<String> POLICY =
            key("scheduling.policy")
                    .stringType()
                    .defaultValue("fcfs")
                    .withDescription(
                            "Who starts next among the requests that wait in the engine: fcfs"
                                    + " (first come, first served), sjf or ljf (shortest or longest"
                                    + " predicted answer first), spf or lpf (shortest or longest"
                                    + " prompt first).");

    public static final ConfigOption<AdmissionKind> ADMISSION =
            key("scheduling.admission")
                    .enumType(AdmissionKind.class)
                    .defaultValue(AdmissionKind.PEAK_MEMORY)
                    .withDescription(
                            "How many sequences share the KV cache: peak-memory admits by the"
                                    + " predicted peak (Past-Future), conservative reserves the"
                                    + " longest possible answer of each.");

    public static final ConfigOption<Double> ADMISSION_RESERVE =
            key("scheduling.admission.reserve")
                    .doubleType()
                    .defaultValue(0.05)
                    .withDescription(
                            "Share of the KV cache that peak-memory admission keeps free for"
                                    + " wrong predictions, 0 to 0.5.");

    public static final ConfigOption<String> BUCKET_ORDER =
            key("scheduling.bucket-order")
                    .stringType()
                    .defaultValue("arrival")
                    .withDescription(
                            "Order within a length bucket: arrival, sjf (shortest first) or ljf"
                                    + " (longest first).");

    public static final ConfigOption<Integer> QUEUE_CAPACITY =
            key("scheduling.queue-capacity")
                    .intType()
                    .defaultValue(4096)
                    .withDescription(
                            "Requests that one subtask of 'batch' holds; when it is full, reading"
                                    + " from Kafka or the file pauses. All of them are in state.");

    /** How admission counts the memory of sequences. */
    public enum AdmissionKind {
        PEAK_MEMORY("peak-memory"),
        CONSERVATIVE("conservative");

        private final String value;

        AdmissionKind(String value) {
            this.value = value;
        }

        @Override
        public String toString() {
            return value;
        }
    }

    private SchedulingOptions() {}
}
