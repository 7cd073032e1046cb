package io.millrace.job.options;

import io.millrace.job.options.RequestOptions.GenerationDefaults;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Which requests a job takes.
 *
 * @param modelNames names of the model beside its own
 * @param deduplicationWindow zero for none
 * @param generationDefaults who decides how tokens are drawn where a request does not say
 */
public record RequestSettings(
        Set<String> modelNames,
        int maxRecordBytes,
        Duration deduplicationWindow,
        GenerationDefaults generationDefaults) {

    private static final int MIN_RECORD_BYTES = 1 << 10;
    private static final int MAX_RECORD_BYTES = 1 << 28;

    public RequestSettings {
        modelNames = Set.copyOf(modelNames);
        if (deduplicationWindow.isNegative()) {
            throw new ConfigurationException(
                    "%s: %s (expected: 0 or a time)"
                            .formatted(
                                    RequestOptions.DEDUPLICATION_WINDOW.key(),
                                    deduplicationWindow));
        }
    }

    static RequestSettings from(ReadableConfig options) {
        long bytes = options.get(RequestOptions.MAX_SIZE).getBytes();
        if (bytes < MIN_RECORD_BYTES || bytes > MAX_RECORD_BYTES) {
            throw new ConfigurationException(
                    "%s: %d bytes (expected: 1 kb to 256 mb)"
                            .formatted(RequestOptions.MAX_SIZE.key(), bytes));
        }
        return new RequestSettings(
                new TreeSet<>(options.get(RequestOptions.MODEL_NAMES)),
                (int) bytes,
                options.get(RequestOptions.DEDUPLICATION_WINDOW),
                options.get(RequestOptions.GENERATION_DEFAULTS));
    }
}
