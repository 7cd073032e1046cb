package io.millrace.core.codec;

import io.millrace.core.engine.Progress;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads how far a generation has come. Stateless. */
public final class ProgressCodec implements Codec<Progress> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<Progress> type() {
        return Progress.class;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void write(Progress value, DataOutput out) throws IOException {
        Wire.writeInts(value.tokens(), out);
        Wire.writeList(value.logprobs(), LogprobsWire::write, out);
        out.writeLong(value.startedMs());
        out.writeLong(value.firstTokenMs());
    }

    @Override
    public Progress read(int version, DataInput in) throws IOException {
        return new Progress(
                Wire.readInts(in),
                Wire.readList(LogprobsWire::read, in),
                in.readLong(),
                in.readLong());
    }
}
