package io.millrace.gateway.intake;

import java.time.Duration;

/**
 * How long batches live. Immutable.
 *
 * @param expiry requests without a result expire so long after the creation
 * @param retention results are kept so long after the creation
 * @param repeatWindow a create with the same body from the same key within it is taken for a retry,
 *     unless the client says that it is none
 * @param keyWindow the same for one with the same {@code Idempotency-Key}
 */
public record BatchRules(
        Duration expiry, Duration retention, Duration repeatWindow, Duration keyWindow) {

    /** As the API has it: 24 hours, 29 days. */
    public static final BatchRules DEFAULT =
            new BatchRules(
                    Duration.ofHours(24),
                    Duration.ofDays(29),
                    Duration.ofMinutes(15),
                    Duration.ofHours(24));

    public BatchRules {
        if (expiry.toMillis() < 1 || retention.compareTo(expiry) < 0) {
            throw new IllegalArgumentException(
                    "expiry and retention: %s, %s (expected: more than 0, and retention not less)"
                            .formatted(expiry, retention));
        }
        if (repeatWindow.isNegative() || keyWindow.isNegative()) {
            throw new IllegalArgumentException(
                    "windows: %s, %s (expected: not negative)".formatted(repeatWindow, keyWindow));
        }
    }
}
