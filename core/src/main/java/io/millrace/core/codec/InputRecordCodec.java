package io.millrace.core.codec;

import io.millrace.core.request.InputRecord;
import io.millrace.core.request.Submission;
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
        return 3;
    }

    @Override
    public void write(InputRecord value, DataOutput out) throws IOException {
        Wire.writeString(value.key(), out);
        Wire.writeBytes(value.value(), out);
        out.writeLong(value.arrivalMs());
        Submission submission = value.submission();
        out.writeBoolean(submission != null);
        if (submission != null) {
            writeSubmission(submission, out);
        }
    }

    @Override
    public InputRecord read(int version, DataInput in) throws IOException {
        return new InputRecord(
                Wire.readString(in),
                Wire.readBytes(in),
                in.readLong(),
                version >= 2 && in.readBoolean() ? readSubmission(version, in) : null);
    }

    private static void writeSubmission(Submission submission, DataOutput out) throws IOException {
        Wire.writeString(submission.id(), out);
        Wire.writeString(submission.dialect(), out);
        Wire.writeNullableString(submission.batch(), out);
        Wire.writeString(submission.tenant(), out);
        out.writeDouble(submission.weight());
        out.writeLong(submission.deadlineMs());
        Wire.writeNullableString(submission.apiVersion(), out);
        Wire.writeNullableString(submission.refusal(), out);
    }

    private static Submission readSubmission(int version, DataInput in) throws IOException {
        return new Submission(
                Wire.readString(in),
                Wire.readString(in),
                Wire.readNullableString(in),
                Wire.readString(in),
                version >= 3 ? in.readDouble() : 1,
                in.readLong(),
                Wire.readNullableString(in),
                Wire.readNullableString(in));
    }
}
