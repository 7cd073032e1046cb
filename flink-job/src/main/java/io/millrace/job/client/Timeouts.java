package io.millrace.job.client;

import java.time.Duration;

/**
 * How long a client waits. None of them bounds a download, which may take as long as it goes on.
 *
 * @param answer for an answer to begin
 * @param intake for a body to be taken in and answered: 256 MB over a slow line
 * @param silence for more of an answer that has begun
 */
public record Timeouts(Duration answer, Duration intake, Duration silence) {

    /** More than a gateway allows itself, so that its own refusal comes first. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(45), Duration.ofHours(1), Duration.ofMinutes(2));

    static String text(Duration duration) {
        return duration.toSeconds() == 0
                ? duration.toMillis() + " ms"
                : duration.toSeconds() + " s";
    }
}
