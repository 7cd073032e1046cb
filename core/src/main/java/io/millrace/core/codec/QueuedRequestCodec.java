package io.millrace.core.codec;

import io.millrace.core.request.LengthEstimate;
import io.millrace.core.request.QueuedRequest;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads admitted requests, the main stream and state of the job. Stateless. */
public final class QueuedRequestCodec implements Codec<QueuedRequest> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<QueuedRequest> type() {
        return QueuedRequest.class;
    }

    @Override
    public int version() {
        return 3;
    }

    @Override
    public void write(QueuedRequest value, DataOutput out) throws IOException {
        RequestWire.write(value.request(), out);
        Wire.writeInts(value.promptTokens(), out);
        out.writeInt(value.maxTokens());
        out.writeInt(value.predicted().median());
        out.writeInt(value.predicted().upper());
        out.writeInt(value.lane());
    }

    @Override
    public QueuedRequest read(int version, DataInput in) throws IOException {
        return new QueuedRequest(
                RequestWire.read(version, in),
                Wire.readInts(in),
                in.readInt(),
                new LengthEstimate(in.readInt(), in.readInt()),
                in.readInt());
    }
}
