package io.millrace.core.codec;

import io.millrace.core.request.Answer;
import io.millrace.core.request.Completion;
import io.millrace.core.request.Failure;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.FinishReason;
import io.millrace.core.request.Timing;
import io.millrace.core.request.Usage;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Writes and reads results. Stateless. */
public final class CompletionCodec implements Codec<Completion> {

    private static final long serialVersionUID = 1L;

    private static final int SUCCEEDED = 0;
    private static final int FAILED = 1;

    @Override
    public Class<Completion> type() {
        return Completion.class;
    }

    @Override
    public int version() {
        return 3;
    }

    @Override
    public void write(Completion value, DataOutput out) throws IOException {
        Wire.writeString(value.key(), out);
        Wire.writeString(value.id(), out);
        Wire.writeString(value.dialect(), out);
        Wire.writeString(value.model(), out);
        Wire.writeString(value.tenant(), out);
        Wire.writeNullableString(value.batch(), out);
        writeOutcome(value.outcome(), out);
        writeUsage(value.usage(), out);
        writeTiming(value.timing(), out);
    }

    @Override
    public Completion read(int version, DataInput in) throws IOException {
        return new Completion(
                Wire.readString(in),
                Wire.readString(in),
                Wire.readString(in),
                Wire.readString(in),
                Wire.readString(in),
                version >= 2 ? Wire.readNullableString(in) : null,
                readOutcome(in),
                readUsage(version, in),
                readTiming(in));
    }

    private static void writeOutcome(Completion.Outcome outcome, DataOutput out)
            throws IOException {
        if (outcome instanceof Completion.Succeeded succeeded) {
            out.writeByte(SUCCEEDED);
            writeAnswer(succeeded.answer(), out);
        } else if (outcome instanceof Completion.Failed failed) {
            out.writeByte(FAILED);
            writeFailure(failed.failure(), out);
        }
    }

    private static Completion.Outcome readOutcome(DataInput in) throws IOException {
        int tag = in.readByte();
        return switch (tag) {
            case SUCCEEDED -> new Completion.Succeeded(readAnswer(in));
            case FAILED -> new Completion.Failed(readFailure(in));
            default -> throw Wire.unknownCase("Completion.Outcome", tag);
        };
    }

    private static void writeAnswer(Answer answer, DataOutput out) throws IOException {
        Wire.writeString(answer.text(), out);
        Wire.writeEnum(answer.finishReason(), out);
        Wire.writeNullableString(answer.stopSequence(), out);
        Wire.writeList(answer.logprobs(), LogprobsWire::write, out);
    }

    private static Answer readAnswer(DataInput in) throws IOException {
        return new Answer(
                Wire.readString(in),
                Wire.readEnum(FinishReason.class, in),
                Wire.readNullableString(in),
                Wire.readList(LogprobsWire::read, in));
    }

    static void writeFailure(Failure failure, DataOutput out) throws IOException {
        Wire.writeEnum(failure.code(), out);
        Wire.writeString(failure.message(), out);
    }

    static Failure readFailure(DataInput in) throws IOException {
        return new Failure(Wire.readEnum(FailureCode.class, in), Wire.readString(in));
    }

    private static void writeUsage(Usage usage, DataOutput out) throws IOException {
        out.writeInt(usage.inputTokens());
        out.writeInt(usage.outputTokens());
        out.writeInt(usage.cachedTokens());
        out.writeInt(usage.draftedTokens());
        out.writeInt(usage.acceptedTokens());
    }

    private static Usage readUsage(int version, DataInput in) throws IOException {
        return version >= 3
                ? new Usage(in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt())
                : new Usage(in.readInt(), in.readInt(), in.readInt());
    }

    private static void writeTiming(Timing timing, DataOutput out) throws IOException {
        out.writeLong(timing.arrivalMs());
        out.writeLong(timing.startedMs());
        out.writeLong(timing.firstTokenMs());
        out.writeLong(timing.finishedMs());
    }

    private static Timing readTiming(DataInput in) throws IOException {
        return new Timing(in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }
}
