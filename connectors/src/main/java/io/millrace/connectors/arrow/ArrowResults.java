package io.millrace.connectors.arrow;

import io.millrace.connectors.file.RecordEncoder;
import io.millrace.core.request.Completion;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Results as an Arrow IPC stream, one row each. Columns: the strings {@code id}, {@code status},
 * {@code model}, {@code tenant}, {@code text}, {@code finish_reason}, {@code stop_sequence}, {@code
 * error_code}, {@code error_message}; the 32-bit integers {@code input_tokens}, {@code
 * output_tokens}, {@code cached_tokens}; the UTC timestamps in milliseconds {@code arrival}, {@code
 * started}, {@code first_token}, {@code finished}; and {@code logprobs}, a list of structs of
 * {@code token_id}, {@code token}, {@code logprob} and {@code top}, a list of the same without
 * {@code top}. What a result has not is null.
 */
@PublicEvolving
public final class ArrowResults {

    /** Rows of a record batch that readers like and memory does not notice. */
    public static final int DEFAULT_BATCH_ROWS = 256;

    private ArrowResults() {}

    /**
     * Encoders for a file that grows: an Arrow stream can be cut behind any batch and gone on with.
     *
     * @param batchRows of a batch that is full; a checkpoint or the end writes smaller ones
     */
    public static RecordEncoder.Factory<Completion> encoder(int batchRows) {
        if (batchRows < 1) {
            throw new IllegalArgumentException(
                    "rows of an Arrow batch: " + batchRows + " (expected: 1 or more)");
        }
        return () -> new ArrowResultEncoder(new RootAllocator(), batchRows);
    }

    /** Some results as one complete stream. */
    public static byte[] stream(List<Completion> results) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (RecordEncoder<Completion> encoder = encoder(Math.max(1, results.size())).create()) {
            stream.writeBytes(encoder.begin());
            results.forEach(result -> stream.writeBytes(encoder.add(result)));
            stream.writeBytes(encoder.flush());
            stream.writeBytes(encoder.end());
        }
        return stream.toByteArray();
    }
}
