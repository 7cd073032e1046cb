package io.millrace.connectors.arrow;

import io.millrace.core.request.InputRecord;
import io.millrace.core.request.RequestReader;
import io.millrace.core.request.SamplingDefaults;
import java.io.Serializable;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Reads requests from records that are Arrow IPC, stream or file: one request per row, with the key
 * {@code <key of the record>#<row>}. The columns are the fields of the native dialect ({@link
 * ArrowColumn} lists them), all optional but {@code id} and one of {@code messages}, {@code prompt}
 * and {@code token_ids}; null is absent, dictionaries and buffers compressed with LZ4 or zstd are
 * understood. Answers are phrased natively.
 *
 * <p>A record that is not Arrow, is damaged, or has a column of another name or type is unreadable.
 * A row that breaks a rule is invalid; one whose id cannot be used is answered under its key.
 * Stateless; native memory is freed before {@link #read} returns.
 */
@PublicEvolving
public final class ArrowRequestReader implements RequestReader {

    private static final long serialVersionUID = 1L;

    private final ArrowSettings settings;
    private final SamplingDefaults sampling;
    private final Allocators allocators;

    public ArrowRequestReader(ArrowSettings settings, SamplingDefaults sampling) {
        this(settings, sampling, ScratchAllocator::new);
    }

    ArrowRequestReader(ArrowSettings settings, SamplingDefaults sampling, Allocators allocators) {
        this.settings = settings;
        this.sampling = sampling;
        this.allocators = allocators;
    }

    /** Where native memory comes from. */
    @FunctionalInterface
    interface Allocators extends Serializable {
        ScratchAllocator create(long limitBytes);
    }

    @Override
    public void read(InputRecord input, Consumer<Parsed> output) {
        try (ScratchAllocator allocator = allocators.create(settings.maxMemoryBytes());
                ArrowBatches batches =
                        new ArrowBatches(input, allocator, settings.maxRowBytes(), sampling)) {
            // Handed out between batches: a failure of the consumer is none of the record's.
            for (List<Parsed> batch = batches.next(); batch != null; batch = batches.next()) {
                batch.forEach(output);
            }
        }
    }
}
