package io.millrace.job.options;

import org.apache.flink.configuration.Configuration;

/**
 * What a gateway must know of the job that it stands in front of. Immutable.
 *
 * @param requests which ones the job takes
 */
public record FrontSettings(
        KafkaSettings kafka, BatchesSettings batches, RequestSettings requests) {

    /**
     * Reads and checks the options that concern it.
     *
     * @throws ConfigurationException naming the key and the rule that its value breaks
     */
    public static FrontSettings from(Configuration configuration) {
        AllOptions.checkTypes(configuration);
        try {
            BatchesSettings batches = BatchesSettings.from(configuration);
            if (batches == null) {
                throw new ConfigurationException(
                        BatchesOptions.RESULTS_DIR.key()
                                + ": not set (expected: the folder that the job writes results to)");
            }
            return new FrontSettings(
                    KafkaSettings.from(configuration),
                    batches,
                    RequestSettings.from(configuration));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }
}
