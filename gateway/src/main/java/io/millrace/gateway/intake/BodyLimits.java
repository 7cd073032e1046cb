package io.millrace.gateway.intake;

import java.time.Duration;

/**
 * What a body may be. Immutable.
 *
 * @param maxBytes after decoding
 * @param idleTimeout a client that sends nothing for so long is turned away
 */
public record BodyLimits(long maxBytes, Duration idleTimeout) {

    public BodyLimits {
        if (maxBytes < 1) {
            throw new IllegalArgumentException(
                    "max body bytes: %d (expected: at least 1)".formatted(maxBytes));
        }
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            throw new IllegalArgumentException(
                    "body idle timeout: %s (expected: more than 0)".formatted(idleTimeout));
        }
    }
}
