package io.millrace.core.codec;

import io.millrace.core.ledger.BatchCounts;
import io.millrace.core.ledger.BatchManifest;
import io.millrace.core.ledger.BatchState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes and reads batches. Stateless. */
public final class BatchStateCodec implements Codec<BatchState> {

    private static final long serialVersionUID = 1L;

    @Override
    public Class<BatchState> type() {
        return BatchState.class;
    }

    @Override
    public int version() {
        return 2;
    }

    @Override
    public void write(BatchState value, DataOutput out) throws IOException {
        writeManifest(value.manifest(), out);
        writeCounts(value.counts(), out);
        writeTime(value.cancelInitiatedMs(), out);
        writeTime(value.endedMs(), out);
        writeTime(value.archivedMs(), out);
        writeTime(value.estimatedEndMs(), out);
    }

    @Override
    public BatchState read(int version, DataInput in) throws IOException {
        return new BatchState(
                readManifest(in),
                readCounts(version, in),
                readTime(in),
                readTime(in),
                readTime(in),
                readTime(in));
    }

    static void writeCounts(BatchCounts counts, DataOutput out) throws IOException {
        out.writeLong(counts.succeeded());
        out.writeLong(counts.errored());
        out.writeLong(counts.canceled());
        out.writeLong(counts.expired());
        out.writeLong(counts.inputTokens());
        out.writeLong(counts.outputTokens());
        out.writeLong(counts.cachedTokens());
        out.writeLong(counts.draftedTokens());
        out.writeLong(counts.acceptedTokens());
    }

    /**
     * @param version of the state that they are in: of a batch or of a tracked one
     */
    static BatchCounts readCounts(int version, DataInput in) throws IOException {
        BatchCounts counts =
                new BatchCounts(
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        in.readLong(),
                        in.readLong());
        return version < 2
                ? counts
                : new BatchCounts(
                        counts.succeeded(),
                        counts.errored(),
                        counts.canceled(),
                        counts.expired(),
                        counts.inputTokens(),
                        counts.outputTokens(),
                        counts.cachedTokens(),
                        in.readLong(),
                        in.readLong());
    }

    static void writeManifest(BatchManifest manifest, DataOutput out) throws IOException {
        Wire.writeString(manifest.id(), out);
        Wire.writeString(manifest.workspace(), out);
        Wire.writeString(manifest.dialect(), out);
        out.writeLong(manifest.requests());
        out.writeLong(manifest.createdMs());
        out.writeLong(manifest.expiresMs());
        out.writeLong(manifest.archivedMs());
        Wire.writeList(List.copyOf(manifest.attributes().entrySet()), BatchStateCodec::write, out);
    }

    static BatchManifest readManifest(DataInput in) throws IOException {
        return new BatchManifest(
                Wire.readString(in),
                Wire.readString(in),
                Wire.readString(in),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                readAttributes(in));
    }

    private static void write(Map.Entry<String, String> attribute, DataOutput out)
            throws IOException {
        Wire.writeString(attribute.getKey(), out);
        Wire.writeString(attribute.getValue(), out);
    }

    private static Map<String, String> readAttributes(DataInput in) throws IOException {
        Map<String, String> attributes = new HashMap<>();
        for (Map.Entry<String, String> read :
                Wire.readList(
                        from -> Map.entry(Wire.readString(from), Wire.readString(from)), in)) {
            attributes.put(read.getKey(), read.getValue());
        }
        return attributes;
    }

    static void writeTime(@Nullable Long timeMs, DataOutput out) throws IOException {
        out.writeBoolean(timeMs != null);
        if (timeMs != null) {
            out.writeLong(timeMs);
        }
    }

    static @Nullable Long readTime(DataInput in) throws IOException {
        return in.readBoolean() ? (Long) in.readLong() : null;
    }
}
