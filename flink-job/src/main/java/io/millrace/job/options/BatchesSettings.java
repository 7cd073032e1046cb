package io.millrace.job.options;

import io.millrace.connectors.file.BatchResultFolder;
import io.millrace.operators.track.TrackSettings;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a job tracks batches.
 *
 * @param topic of the batches
 * @param results by batch
 * @param arrowResults whether they are written as Arrow too
 */
public record BatchesSettings(
        String topic, BatchResultFolder results, boolean arrowResults, TrackSettings track) {

    /** Null if the job shall not. */
    static @Nullable BatchesSettings from(ReadableConfig options) {
        String folder = options.getOptional(BatchesOptions.RESULTS_DIR).orElse("");
        if (folder.isBlank()) {
            return null;
        }
        String topic = options.get(BatchesOptions.TOPIC);
        if (topic.isBlank()) {
            throw new ConfigurationException(
                    BatchesOptions.TOPIC.key() + ": \"\" (expected: a value that is not empty)");
        }
        return new BatchesSettings(
                topic,
                new BatchResultFolder(uri(folder)),
                options.get(BatchesOptions.ARROW_RESULTS),
                new TrackSettings(
                        positive(options, BatchesOptions.PUBLISH_INTERVAL),
                        positive(options, BatchesOptions.ABANDON_AFTER)));
    }

    /** A path without a scheme is of this machine, whatever Flink's default file system is. */
    private static String uri(String folder) {
        try {
            Path path = new Path(folder);
            return path.toUri().getScheme() == null
                    ? java.nio.file.Path.of(folder).toAbsolutePath().normalize().toUri().toString()
                    : path.toString();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "%s: %s (expected: a path or a URI)"
                            .formatted(BatchesOptions.RESULTS_DIR.key(), folder),
                    e);
        }
    }

    private static Duration positive(ReadableConfig options, ConfigOption<Duration> option) {
        Duration value = options.get(option);
        if (value.isZero() || value.isNegative()) {
            throw new ConfigurationException(
                    "%s: %s (expected: more than 0)".formatted(option.key(), value));
        }
        return value;
    }
}
