package io.millrace.connectors.dialect;

import java.io.Serializable;

/**
 * Bounds on what a record may ask of the reader. Immutable.
 *
 * @param maxRecordBytes a longer record is refused without parsing its body
 */
public record DialectSettings(int maxRecordBytes) implements Serializable {

    /** 8 MiB: two million tokens of English. */
    public static final int DEFAULT_MAX_RECORD_BYTES = 8 << 20;

    /** What a job uses unless told otherwise. */
    public static final DialectSettings DEFAULT = new DialectSettings(DEFAULT_MAX_RECORD_BYTES);

    private static final int MIN_RECORD_BYTES = 1 << 10;
    private static final int MAX_RECORD_BYTES = 1 << 28;

    public DialectSettings {
        if (maxRecordBytes < MIN_RECORD_BYTES || maxRecordBytes > MAX_RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "maxRecordBytes: %d (expected: %d to %d)"
                            .formatted(maxRecordBytes, MIN_RECORD_BYTES, MAX_RECORD_BYTES));
        }
    }
}
