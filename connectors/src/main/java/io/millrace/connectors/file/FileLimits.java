package io.millrace.connectors.file;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * How much of a file may be in memory as one record. Immutable.
 *
 * @param maxLineBytes a longer line is cut to one byte more than this and handed on, so that
 *     whoever parses it can refuse it as too large; above what the job accepts, so that the id of a
 *     request is still found behind a long prompt
 * @param maxBatchBytes the same for a record batch of Arrow, which holds many requests
 */
@PublicEvolving
public record FileLimits(int maxLineBytes, int maxBatchBytes) implements Serializable {

    /** 16 MiB for a line, 64 MiB for a batch. */
    public static final FileLimits DEFAULT = new FileLimits(16 << 20, 64 << 20);

    private static final int MIN_BYTES = 1 << 10;
    private static final int MAX_BYTES = 1 << 30;

    public FileLimits {
        check("maxLineBytes", maxLineBytes);
        check("maxBatchBytes", maxBatchBytes);
    }

    private static void check(String name, int value) {
        if (value < MIN_BYTES || value > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "%s: %d (expected: %d to %d)".formatted(name, value, MIN_BYTES, MAX_BYTES));
        }
    }
}
