package io.millrace.connectors.dialect;

import io.millrace.core.request.SamplingDefaults;
import java.io.Serializable;

/**
 * Bounds on what a record may ask of the reader, and what it means where it says nothing.
 * Immutable.
 *
 * @param maxRecordBytes a longer record is refused without parsing its body
 * @param sampling holds in every dialect for a request that does not say how tokens are drawn
 */
public record DialectSettings(int maxRecordBytes, SamplingDefaults sampling)
        implements Serializable {

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

    /** With the dialects' own defaults. */
    public DialectSettings(int maxRecordBytes) {
        this(maxRecordBytes, SamplingDefaults.NONE);
    }
}
