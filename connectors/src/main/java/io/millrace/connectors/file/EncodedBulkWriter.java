package io.millrace.connectors.file;

import java.io.IOException;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.serialization.BulkWriter;
import org.apache.flink.core.fs.FSDataOutputStream;

/**
 * Lets Flink's {@code FileSink} write what an encoder produces, one file per bucket and checkpoint.
 * Used by one thread.
 */
@PublicEvolving
public final class EncodedBulkWriter<T> implements BulkWriter<T> {

    private final RecordEncoder<T> encoder;
    private final FSDataOutputStream out;

    private EncodedBulkWriter(RecordEncoder<T> encoder, FSDataOutputStream out) throws IOException {
        this.encoder = encoder;
        this.out = out;
        out.write(encoder.begin());
    }

    /** What {@code FileSink.forBulkFormat} asks for. */
    public static <T> BulkWriter.Factory<T> factory(RecordEncoder.Factory<T> encoders) {
        return out -> new EncodedBulkWriter<>(encoders.create(), out);
    }

    @Override
    public void addElement(T element) throws IOException {
        out.write(encoder.add(element));
    }

    @Override
    public void flush() throws IOException {
        out.write(encoder.flush());
        out.flush();
    }

    @Override
    public void finish() throws IOException {
        try (encoder) {
            flush();
            out.write(encoder.end());
        }
    }
}
