package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;

/** Options of the batches that come through a gateway. */
@PublicEvolving
public final class BatchesOptions {

    public static final ConfigOption<String> RESULTS_DIR =
            key("batches.results-dir")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Folder of results by batch, which gateways read: a path that all"
                                    + " machines share, or a URI of a file system that Flink"
                                    + " knows, such as s3://bucket/results. Without it the job"
                                    + " does not track batches.");

    public static final ConfigOption<String> TOPIC =
            key("batches.topic")
                    .stringType()
                    .defaultValue("millrace.batches")
                    .withDescription(
                            "Compacted topic of the batches and how far they are, from which"
                                    + " gateways learn of them.");

    public static final ConfigOption<Boolean> ARROW_RESULTS =
            key("batches.arrow-results")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Also writes results as Arrow IPC streams, for analysis: in the folder"
                                    + " arrow of each batch.");

    public static final ConfigOption<Duration> PUBLISH_INTERVAL =
            key("batches.publish-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(1))
                    .withDescription(
                            "How often the counts of a batch are published while it runs; a change"
                                    + " of its status is at once.");

    public static final ConfigOption<Duration> ABANDON_AFTER =
            key("batches.abandon-after")
                    .durationType()
                    .defaultValue(Duration.ofDays(1))
                    .withDescription(
                            "Results of a batch that nobody created are kept for so long, for a"
                                    + " manifest that comes late; then they are removed and"
                                    + " counted.");

    private BatchesOptions() {}
}
