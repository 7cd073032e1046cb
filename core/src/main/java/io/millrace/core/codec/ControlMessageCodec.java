package io.millrace.core.codec;

import io.millrace.core.request.ControlMessage;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads control messages. Stateless. */
public final class ControlMessageCodec implements Codec<ControlMessage> {

    private static final long serialVersionUID = 1L;

    private static final int CANCEL = 0;

    @Override
    public Class<ControlMessage> type() {
        return ControlMessage.class;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void write(ControlMessage value, DataOutput out) throws IOException {
        if (value instanceof ControlMessage.Cancel cancel) {
            out.writeByte(CANCEL);
            Wire.writeString(cancel.id(), out);
        }
    }

    @Override
    public ControlMessage read(int version, DataInput in) throws IOException {
        int tag = in.readByte();
        if (tag == CANCEL) {
            return new ControlMessage.Cancel(Wire.readString(in));
        }
        throw Wire.unknownCase("ControlMessage", tag);
    }
}
