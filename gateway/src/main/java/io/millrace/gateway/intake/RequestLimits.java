package io.millrace.gateway.intake;

import java.time.Duration;

/**
 * What a call may be. Immutable.
 *
 * @param maxBatchBytes of a create, and of an uploaded file
 * @param maxRequestsPerBatch in Anthropic's API; OpenAI's has half as many
 * @param maxRecordBytes of one request; the topic's {@code max.message.bytes} must leave 64 KiB
 *     more
 * @param idleTimeout for a body: no byte for so long ends the call
 * @param callTimeout for the arrival of a whole body, and for the answer to a single request
 * @param maxHeaderBytes of all headers of a call
 * @param maxConnections open at once
 * @param maxIntakes bodies of batches and files that arrive at once
 */
public record RequestLimits(
        long maxBatchBytes,
        int maxRequestsPerBatch,
        int maxRecordBytes,
        Duration idleTimeout,
        Duration callTimeout,
        int maxHeaderBytes,
        int maxConnections,
        int maxIntakes) {

    /** As the API has them; a record as long as the job takes it. */
    public static final RequestLimits DEFAULT =
            new RequestLimits(
                    256L << 20,
                    100_000,
                    8 << 20,
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(10),
                    16 << 10,
                    10_000,
                    64);

    public RequestLimits {
        atLeast("max batch bytes", maxBatchBytes, 1);
        atLeast("max requests per batch", maxRequestsPerBatch, 1);
        atLeast("max record bytes", maxRecordBytes, 1024);
        atLeast("idle timeout", idleTimeout.toMillis(), 1);
        atLeast("call timeout", callTimeout.toMillis(), 1);
        atLeast("max header bytes", maxHeaderBytes, 1024);
        atLeast("max connections", maxConnections, 1);
        atLeast("max intakes", maxIntakes, 1);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: at least %d)".formatted(name, value, least));
        }
    }

    /** Of the body of a batch or a file. */
    public BodyLimits batchBody() {
        return new BodyLimits(maxBatchBytes, idleTimeout);
    }
}
