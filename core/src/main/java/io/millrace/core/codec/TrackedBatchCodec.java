package io.millrace.core.codec;

import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.TrackedBatch;
import io.millrace.core.ledger.TrackedBatch.Step;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads what the job knows of a batch. Stateless. */
public final class TrackedBatchCodec implements Codec<TrackedBatch> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<TrackedBatch> type() {
        return TrackedBatch.class;
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public void write(TrackedBatch value, DataOutput out) throws IOException {
        BatchManifest manifest = value.manifest();
        out.writeBoolean(manifest != null);
        if (manifest != null) {
            BatchStateCodec.writeManifest(manifest, out);
        }
        BatchStateCodec.writeCounts(value.counts(), out);
        BatchStateCodec.writeTime(value.cancelInitiatedMs(), out);
        BatchStateCodec.writeTime(value.endedMs(), out);
        BatchStateCodec.writeTime(value.archivedMs(), out);
        out.writeLong(value.seenMs());
        BatchStateCodec.writeTime(value.firstResultMs(), out);
        Wire.writeEnum(value.next(), out);
    }

    @Override
    public TrackedBatch read(int version, DataInput in) throws IOException {
        return new TrackedBatch(
                in.readBoolean() ? BatchStateCodec.readManifest(in) : null,
                BatchStateCodec.readCounts(version, in),
                BatchStateCodec.readTime(in),
                BatchStateCodec.readTime(in),
                BatchStateCodec.readTime(in),
                in.readLong(),
                BatchStateCodec.readTime(in),
                Wire.readEnum(Step.class, in));
    }
}
