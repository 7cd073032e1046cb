package io.millrace.core.codec;

import io.millrace.core.request.DeadLetter;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads records that could not be read. Stateless. */
public final class DeadLetterCodec implements Codec<DeadLetter> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<DeadLetter> type() {
        return DeadLetter.class;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void write(DeadLetter value, DataOutput out) throws IOException {
        Wire.writeString(value.key(), out);
        Wire.writeBytes(value.value(), out);
        CompletionCodec.writeFailure(value.failure(), out);
        out.writeLong(value.arrivalMs());
    }

    @Override
    public DeadLetter read(int version, DataInput in) throws IOException {
        return new DeadLetter(
                Wire.readString(in),
                Wire.readBytes(in),
                CompletionCodec.readFailure(in),
                in.readLong());
    }
}
