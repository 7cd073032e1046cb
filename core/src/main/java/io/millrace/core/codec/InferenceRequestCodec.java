package io.millrace.core.codec;

import io.millrace.core.request.InferenceRequest;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads requests that are not tokenised. Stateless. */
public final class InferenceRequestCodec implements Codec<InferenceRequest> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<InferenceRequest> type() {
        return InferenceRequest.class;
    }

    @Override
    public int version() {
        return 3;
    }

    @Override
    public void write(InferenceRequest value, DataOutput out) throws IOException {
        RequestWire.write(value, out);
    }

    @Override
    public InferenceRequest read(int version, DataInput in) throws IOException {
        return RequestWire.read(version, in);
    }
}
