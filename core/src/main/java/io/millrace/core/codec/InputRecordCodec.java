package io.millrace.core.codec;

import io.millrace.core.request.InputRecord;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads records as connectors read them. Stateless. */
public final class InputRecordCodec implements Codec<InputRecord> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<InputRecord> type() {
        return InputRecord.class;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void write(InputRecord value, DataOutput out) throws IOException {
        Wire.writeString(value.key(), out);
        Wire.writeBytes(value.value(), out);
        out.writeLong(value.arrivalMs());
    }

    @Override
    public InputRecord read(int version, DataInput in) throws IOException {
        return new InputRecord(Wire.readString(in), Wire.readBytes(in), in.readLong());
    }
}
