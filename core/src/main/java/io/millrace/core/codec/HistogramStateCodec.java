package io.millrace.core.codec;

import io.millrace.core.predict.HistogramState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes and reads what a histogram of answer lengths has learned. Stateless. */
public final class HistogramStateCodec implements Codec<HistogramState> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<HistogramState> type() {
        return HistogramState.class;
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public void write(HistogramState value, DataOutput out) throws IOException {
        Wire.writeInts(value.all(), out);
        out.writeInt(value.byTenant().size());
        for (Map.Entry<String, int[]> tenant : value.byTenant().entrySet()) {
            Wire.writeString(tenant.getKey(), out);
            Wire.writeInts(tenant.getValue(), out);
        }
    }

    @Override
    public HistogramState read(int version, DataInput in) throws IOException {
        int[] all = Wire.readInts(in);
        int tenants = in.readInt();
        Map<String, int[]> byTenant = new LinkedHashMap<>();
        for (int i = 0; i < tenants; i++) {
            byTenant.put(Wire.readString(in), Wire.readInts(in));
        }
        return new HistogramState(all, byTenant);
    }
}
