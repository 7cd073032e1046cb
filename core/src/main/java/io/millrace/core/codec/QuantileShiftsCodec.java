package io.millrace.core.codec;

import io.millrace.core.request.QuantileShifts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads how predicted quantiles are corrected. Stateless. */
public final class QuantileShiftsCodec implements Codec<QuantileShifts> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<QuantileShifts> type() {
        return QuantileShifts.class;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void write(QuantileShifts value, DataOutput out) throws IOException {
        out.writeDouble(value.median());
        out.writeDouble(value.upper());
    }

    @Override
    public QuantileShifts read(int version, DataInput in) throws IOException {
        return new QuantileShifts(in.readDouble(), in.readDouble());
    }
}
