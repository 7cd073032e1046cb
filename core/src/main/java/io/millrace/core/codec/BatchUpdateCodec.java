package io.millrace.core.codec;

import io.millrace.core.ledger.BatchState;
import io.millrace.core.ledger.BatchUpdate;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads updates of batches. Stateless. */
public final class BatchUpdateCodec implements Codec<BatchUpdate> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<BatchUpdate> type() {
        return BatchUpdate.class;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void write(BatchUpdate value, DataOutput out) throws IOException {
        Wire.writeString(value.batch(), out);
        BatchState state = value.state();
        out.writeBoolean(state != null);
        if (state != null) {
            Codecs.write(new BatchStateCodec(), state, out);
        }
    }

    @Override
    public BatchUpdate read(int version, DataInput in) throws IOException {
        return new BatchUpdate(
                Wire.readString(in),
                in.readBoolean() ? Codecs.read(new BatchStateCodec(), in) : null);
    }
}
