package io.millrace.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** Options of admission: which requests are taken. */
@PublicEvolving
public final class RequestOptions {

    public static final ConfigOption<MemorySize> MAX_SIZE =
            key("requests.max-size")
                    .memoryType()
                    .defaultValue(MemorySize.ofMebiBytes(4))
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

    private RequestOptions() {}
}
