package io.millrace.connectors.arrow;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Bounds on what an Arrow record may ask of the reader. Immutable.
 *
 * @param maxRowBytes a request whose texts and token ids are longer is refused
 * @param maxMemoryBytes what the decompressed batches of one record may take, outside the heap
 */
@PublicEvolving
public record ArrowSettings(int maxRowBytes, long maxMemoryBytes) implements Serializable {

    /** What the reader uses unless told otherwise: 4 MiB a row, 256 MiB a record. */
    public static final ArrowSettings DEFAULT = new ArrowSettings(4 << 20, 256L << 20);

    public ArrowSettings {
        if (maxRowBytes < 1) {
            throw new IllegalArgumentException(
                    "maxRowBytes: " + maxRowBytes + " (expected: 1 or more)");
        }
        if (maxMemoryBytes < maxRowBytes) {
            throw new IllegalArgumentException(
                    "maxMemoryBytes: %d (expected: at least maxRowBytes, %d)"
                            .formatted(maxMemoryBytes, maxRowBytes));
        }
    }
}
