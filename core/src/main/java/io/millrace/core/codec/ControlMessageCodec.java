package io.millrace.core.codec;

import io.millrace.core.control.ControlMessage;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads control messages. Stateless. */
public final class ControlMessageCodec implements Codec<ControlMessage> {

    private static final long serialVersionUID = 1L;

    private static final int CANCEL = 0;
    private static final int CREATE_BATCH = 1;
    private static final int CANCEL_BATCH = 2;
    private static final int DELETE_BATCH = 3;

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
        } else if (value instanceof ControlMessage.CreateBatch created) {
            out.writeByte(CREATE_BATCH);
            BatchStateCodec.writeManifest(created.manifest(), out);
        } else if (value instanceof ControlMessage.CancelBatch canceled) {
            out.writeByte(CANCEL_BATCH);
            Wire.writeString(canceled.batch(), out);
            out.writeLong(canceled.atMs());
        } else if (value instanceof ControlMessage.DeleteBatch deleted) {
            out.writeByte(DELETE_BATCH);
            Wire.writeString(deleted.batch(), out);
        }
    }

    @Override
    public ControlMessage read(int version, DataInput in) throws IOException {
        int tag = in.readByte();
        return switch (tag) {
            case CANCEL -> new ControlMessage.Cancel(Wire.readString(in));
            case CREATE_BATCH -> new ControlMessage.CreateBatch(BatchStateCodec.readManifest(in));
            case CANCEL_BATCH -> new ControlMessage.CancelBatch(Wire.readString(in), in.readLong());
            case DELETE_BATCH -> new ControlMessage.DeleteBatch(Wire.readString(in));
            default -> throw Wire.unknownCase("ControlMessage", tag);
        };
    }
}
